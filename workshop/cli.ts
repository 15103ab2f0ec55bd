import { UserError, errorCode, errorMessage } from './errors.ts'
import { watchParent } from './process/parent-watch.ts'
import { pruneBuildCache } from './process/prune-build-cache.ts'

/** One word of the command line, in a file of its own under `commands/`. */
export interface Command {
  /** Does it. @param words what followed the command's name. @returns the exit code */
  run(words: string[]): Promise<number>
}

// A command's file is loaded when it is asked for: `npm run hint` does not wait for the suites.
const commands: Record<string, () => Promise<Command>> = {
  start: () => import('./commands/start.ts'),
  step: () => import('./commands/step.ts'),
  check: () => import('./commands/check.ts'),
  watch: () => import('./commands/watch.ts'),
  hint: () => import('./commands/hint.ts'),
  solution: () => import('./commands/solution.ts'),
  diff: () => import('./commands/diff.ts'),
  reset: () => import('./commands/reset.ts'),
  undo: () => import('./commands/undo.ts'),
  backups: () => import('./commands/backups.ts'),
  progress: () => import('./commands/progress.ts'),
  doctor: () => import('./commands/doctor.ts'),
  stop: () => import('./commands/stop.ts'),
  wire: () => import('./commands/wire.ts'),
  classroom: () => import('./commands/classroom.ts'),
  kit: () => import('./commands/kit.ts'),
  join: () => import('./commands/join.ts'),
  show: () => import('./commands/show.ts'),
  leave: () => import('./commands/leave.ts'),
  test: () => import('./commands/test.ts'),
  site: () => import('./commands/site.ts'),
  slides: () => import('./commands/slides.ts'),
  verify: () => import('./commands/verify.ts'),
  bench: () => import('./commands/bench.ts'),
}

async function main([name, ...words]: string[]): Promise<number> {
  const load = commands[name ?? 'start']
  if (!load) {
    throw new UserError(
      `There is no command "${name}". There are: ${Object.keys(commands).join(', ')}`,
    )
  }
  const [command] = await Promise.all([load(), pruneBuildCache()])
  return command.run(words)
}

// Signals, the end of npm and the end of whatever reads the output: each ends a command, which
// may shut down gracefully when it listens for SIGTERM. The reaper ends what it has started.
function terminate(exitCode: number): void {
  if (process.listenerCount('SIGTERM') > 0) process.emit('SIGTERM')
  else process.exit(exitCode)
}

watchParent(() => terminate(143))
for (const stream of [process.stdout, process.stderr]) {
  // `| head` has read enough, or the terminal is closed.
  stream.on('error', () => terminate(141))
}

// The one place that decides how the process ends.
try {
  process.exitCode = await main(process.argv.slice(2))
} catch (thrown) {
  const error = toUserError(thrown)
  const known = error instanceof UserError
  console.error(
    known ? error.message : error instanceof Error ? error.stack : errorMessage(error),
  )
  process.exitCode = known ? error.exitCode : 3
}

// The bundle holds every file of our own, so what cannot be found is a package.
function toUserError(error: unknown): unknown {
  if (!/^(ERR_)?MODULE_NOT_FOUND$/.test(errorCode(error) ?? '')) return error
  const [reason] = errorMessage(error).split(/ imported from|\n/)
  return new UserError(`${reason}: the packages are not all installed. Run: npm install`)
}
