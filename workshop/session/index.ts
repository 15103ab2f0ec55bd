// Running a step in a terminal: what `npm run step`, `solution` and `stop` are made of.
export { type RunOptions, runInstances } from './terminal-run.ts'
export { DaemonClient, connectToDaemon, findDaemon, stopAllSessions } from './daemon-client.ts'
export { type RunArgs, parseRunArgs } from './run-args.ts'
export type { RunReporter } from './run-reporter.ts'
export type { InstanceSlot } from './instance-slot.ts'
export { RunSession, resolveRunRedis, rejectOnDaemonLoss } from './run-session.ts'
export { watchFolder } from './watch.ts'
export { ShutdownSignal } from './shutdown.ts'
