import type { CommandEvent, WireEvent } from '../proxy/index.ts'
import type { EmittedError, Exit, HostPort, OutputLine } from '../process/index.ts'
import type { RedisPlace } from './app-context.ts'
import type { Fact } from './facts.ts'

/** A printed line, with its place in the trace. */
export interface TraceLine extends OutputLine {
  /** On the one sequence that the commands, replies and messages on the wire have too. */
  seq: number
}

/** Everything that was seen of one app, from outside. */
export interface AppEvidence {
  name: string
  /** The config vars it was given. */
  env: Readonly<Record<string, string>>
  /** Where its Redis was, from its config vars. */
  redis: RedisPlace
  /** The ports it listened on; its own is in `env.PORT`. */
  listening: readonly number[]
  lines: readonly TraceLine[]
  truncated: boolean
  connectAttempts: readonly HostPort[]
  envReads: readonly string[]
  /** What it handles of what can end a process: `SIGTERM`, `exit`, … */
  signalHandlers: readonly string[]
  /** The mistakes in its code that its 'error' listeners saw, printed or not. */
  emittedErrors?: readonly (EmittedError & { seq: number })[]
  /** When the goal failed, its main thread never waited for anything. */
  isBusy?: boolean
  exit: Exit | undefined
  /** Where in the trace it ended. */
  exitSeq: number | undefined
  /** The first signal the check sent it. */
  signalled: NodeJS.Signals | undefined
  wire: readonly WireEvent[]
}

/** What a diagnosis may look at. */
export interface Evidence {
  /** The goal that was not reached. */
  goal: string
  /** The expectation that failed. */
  fact: Fact
  /** The app that did not do what was expected of it, when it is one alone. */
  app: AppEvidence | undefined
  /** In the order they were started. */
  apps: readonly AppEvidence[]
  /** The TODOs that are still in the learner's files: `TODO(1) in index.ts`. */
  openTodos: readonly string[]
  /** Where in the trace the part of the goal begins that failed: see `TestBed.beginPart()`. */
  partSeq?: number
}

/** The commands an app sent, by name, in order. @param name upper case; all when missing */
export function commands(app: Pick<AppEvidence, 'wire'>, name?: string): CommandEvent[] {
  return app.wire.filter(isCommand).filter((event) => !name || event.name === name)
}

/** Whether an app has connected to its Redis, or tried to, when it has connected at all. */
export function callsItsRedis({ connectAttempts, redis, env }: AppEvidence): boolean {
  const ports = redis.ports ?? [redis.port]
  // A config var can name several nodes, one of which is down.
  const named = Object.values(env)
    .map((value) => Array.from(value.matchAll(/:(\d+)/g), ([, port]) => Number(port)))
    .filter((all) => all.some((port) => ports.includes(port)))
  const own = new Set([...ports, ...named.flat()])
  const called = connectAttempts.some(({ port }) => own.has(Number(port)))
  return called || connectAttempts.length === 0
}

/** Whether an event is a command. */
export function isCommand(event: WireEvent): event is CommandEvent {
  return event.kind === 'command'
}

/** Whether it has been in operation: it was subscribed, or listened on its PORT. */
export function wasUp({ wire, listening, env }: AppEvidence): boolean {
  return listening.includes(Number(env['PORT'])) || wire.some(isSubscription)
}

/** https://nodejs.org/api/process.html#exit-codes: an `await` at the top level can never finish. */
export const unsettledAwaitCode = 13

/** Whether an app ended by itself, with an exit code that is not 0. */
export function crashed({ exit, signalled }: AppEvidence): boolean {
  return exit !== undefined && exit.code !== null && exit.code !== 0 && !signalled
}

/**
 * The apps whose doings explain a failure. Apps that publish and subscribe belong together;
 * others only happen to run side by side, and the one that the failure is about stands alone.
 */
export function relevantApps({ app, apps }: Evidence): readonly AppEvidence[] {
  return app && !apps.some(({ wire }) => wire.some(isPubSub)) ? [app] : apps
}

/** An app of these whose main thread never waited when the goal failed. */
export function busyApp(evidence: Evidence): AppEvidence | undefined {
  return relevantApps(evidence).find(({ isBusy }) => isBusy)
}

function isSubscription(event: WireEvent): boolean {
  return isCommand(event) && event.name.endsWith('SUBSCRIBE') && event.reply !== undefined
}

function isPubSub(event: WireEvent): boolean {
  return isCommand(event) && /PUBLISH|SUBSCRIBE/.test(event.name)
}

/** "exit code 1" or "signal SIGTERM". */
export function describeExit({ code, signal }: Pick<Exit, 'code' | 'signal'>): string {
  return signal ? `signal ${signal}` : `exit code ${code}`
}
