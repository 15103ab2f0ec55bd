import type { HostPort, Exit, OutputLine } from '../process/index.ts'
import type { CommandEvent, WireEvent } from '../proxy/index.ts'

/** Everything that was seen of one program, from outside. */
export interface AppEvidence {
  name: string
  /** The config vars it was given. */
  env: Readonly<Record<string, string>>
  /** Where its Redis was, as its config vars said. */
  redis: HostPort
  /** The ports it listened on; its own is in `env.PORT`. */
  listening: readonly number[]
  lines: readonly OutputLine[]
  flooded: boolean
  dialled: readonly HostPort[]
  envRead: readonly string[]
  /** What it listens to of what can end a process: `SIGTERM`, `exit`, … */
  listensTo: readonly string[]
  exit: Exit | undefined
  /** The first signal the check sent it. */
  signalled: NodeJS.Signals | undefined
  wire: readonly WireEvent[]
}

/** What a diagnosis may look at. */
export interface Evidence {
  /** The goal that was not reached. */
  goal: string
  expected: string
  received: string
  /** The program that did not do what was expected of it, when it is one alone. */
  about: AppEvidence | undefined
  /** Set when the program could not even be compiled. */
  compileError: string | undefined
  /** In the order they were started. */
  programs: readonly AppEvidence[]
}

/** The commands a program sent, by name, in order. @param name upper case; all when missing */
export function commands(program: AppEvidence, name?: string): CommandEvent[] {
  return program.wire.filter(isCommand).filter((event) => !name || event.name === name)
}

/** Whether an event is a command. */
export function isCommand(event: WireEvent): event is CommandEvent {
  return event.kind === 'command'
}

/** Whether any program printed a line like this on stderr. */
export function printedOnStderr(evidence: Evidence, pattern: RegExp): boolean {
  return evidence.programs.some((program) =>
    program.lines.some((line) => line.stream === 'stderr' && pattern.test(line.text)),
  )
}

/** Whether a program ended by itself, with an exit code that is not 0. */
export function crashed({ exit, signalled }: AppEvidence): boolean {
  return exit !== undefined && exit.code !== null && exit.code !== 0 && !signalled
}

/**
 * The programs whose doings explain a failure. Programs that talk to one another are one
 * story; others only happen to run side by side, and the one it is about stands alone.
 */
export function relevantApps({ about, programs }: Evidence): readonly AppEvidence[] {
  return about && !programs.some(({ wire }) => wire.some(isPubSub)) ? [about] : programs
}

function isPubSub(event: WireEvent): boolean {
  return isCommand(event) && /PUBLISH|SUBSCRIBE/.test(event.name)
}

/** "exit code 1" or "signal SIGTERM". */
export function describeExit({ code, signal }: Exit): string {
  return signal ? `signal ${signal}` : `exit code ${code}`
}
