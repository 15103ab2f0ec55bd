import type { Address, Exit, OutputLine } from '../../workshop/supervisor/index.ts'
import type { CommandEvent, WireEvent } from '../../workshop/wire/index.ts'

/** Everything that was seen of one program, from outside. */
export interface ProgramEvidence {
  name: string
  /** The config vars it was given. */
  env: Readonly<Record<string, string>>
  /** Where its Redis was, as its config vars said. */
  redis: Address
  /** The ports it listened on; its own is in `env.PORT`. */
  listening: readonly number[]
  lines: readonly OutputLine[]
  flooded: boolean
  dialled: readonly Address[]
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
  about: ProgramEvidence | undefined
  /** Set when the program could not even be compiled. */
  compileError: string | undefined
  /** In the order they were started. */
  programs: readonly ProgramEvidence[]
}

/** The commands a program sent, by name, in order. @param name upper case; all when missing */
export function commands(program: ProgramEvidence, name?: string): CommandEvent[] {
  return program.wire.filter(isCommand).filter((event) => !name || event.name === name)
}

/** Whether an event is a command. */
export function isCommand(event: WireEvent): event is CommandEvent {
  return event.kind === 'command'
}

/** Whether any program printed a line like this on stderr. */
export function complained(evidence: Evidence, pattern: RegExp): boolean {
  return evidence.programs.some((program) =>
    program.lines.some((line) => line.stream === 'stderr' && pattern.test(line.text)),
  )
}

/** Whether a program ended by itself, with an exit code that is not 0. */
export function crashed({ exit, signalled }: ProgramEvidence): boolean {
  return exit !== undefined && exit.code !== null && exit.code !== 0 && !signalled
}

/**
 * The programs whose doings explain a failure. Programs that talk to one another are one
 * story; others only happen to run side by side, and the one it is about stands alone.
 */
export function actors({ about, programs }: Evidence): readonly ProgramEvidence[] {
  return about && !programs.some(({ wire }) => wire.some(isTalk)) ? [about] : programs
}

function isTalk(event: WireEvent): boolean {
  return isCommand(event) && /PUBLISH|SUBSCRIBE/.test(event.name)
}

/** "exit code 1" or "signal SIGTERM". */
export function howItEnded({ code, signal }: Exit): string {
  return signal ? `signal ${signal}` : `exit code ${code}`
}
