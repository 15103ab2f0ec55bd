import type { CommandEvent } from '../../../workshop/proxy/index.ts'
import {
  type LegacyEvidence,
  type AppEvidence,
  commands,
} from '../../../workshop/check/suite.ts'

// What the diagnoses of step 5 ask of the evidence.

/** A look at the failure, and at the program it is about. */
export type Look = (evidence: LegacyEvidence, me: AppEvidence) => boolean

/** Makes of it what a diagnosis asks: never true when the failure is about nobody. */
export function of(look: Look): (evidence: LegacyEvidence) => boolean {
  return (evidence) => evidence.about !== undefined && look(evidence, evidence.about)
}

/** Whether an instance printed a line like this on stderr. */
export function moans(me: AppEvidence, pattern: RegExp): boolean {
  return me.lines.some(({ stream, text }) => stream === 'stderr' && pattern.test(text))
}

/** The sessions an instance saved: whatever the prefix, express-session writes its cookie into it. */
export function saves(me: AppEvidence): CommandEvent[] {
  return commands(me).filter(
    ({ name, args }) => /SET/.test(name) && args.some((arg) => /"cookie"/.test(arg)),
  )
}

/** Whether any instance saved a session. */
export function saved({ programs }: LegacyEvidence): boolean {
  return programs.some((program) => saves(program).length > 0)
}

/** Whether an instance read a session that was saved. */
export function lookedUp({ programs }: LegacyEvidence, me: AppEvidence): boolean {
  const known = new Set(ids(programs.flatMap(saves)))
  return ids(commands(me, 'GET')).some((id) => known.has(id))
}

/** Whether an instance deleted a session and saved it again under the same key. */
export function revived({ programs }: LegacyEvidence): boolean {
  return programs.some((me) =>
    commands(me, 'DEL').some(({ args, seq }) =>
      saves(me).some((save) => save.seq > seq && args.includes(save.args[0] ?? '')),
    ),
  )
}

/** The session ids in keys: without a prefix. */
export function ids(events: CommandEvent[]): string[] {
  return events.map(({ args }) => (args[0] ?? '').slice(-20))
}

/** It did not know whom another instance had let in, or itself before its restart. */
export function forgot({ expected, received }: LegacyEvidence): boolean {
  return /to know \w+: GET \/me/.test(expected) && /GET \/me answered 4/.test(received)
}

/** The browser was given no cookie at the login. */
export function noCookie({ received }: LegacyEvidence): boolean {
  return /no cookie to send/.test(received)
}

/** The user never reached Redis: what was saved holds no name, or there was nothing to save. */
export function neverWritten(evidence: LegacyEvidence, me: AppEvidence): boolean {
  const user = /to know (\w+)/.exec(evidence.expected)?.[1] ?? ''
  const all = saves(me)
  return all.length === 0
    ? noCookie(evidence)
    : evidence.programs.length === 1 && !all.some(({ args }) => args.join(' ').includes(user))
}
