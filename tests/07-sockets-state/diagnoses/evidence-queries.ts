import { type LegacyEvidence, crashed, parseJsonObject } from '../../../workshop/check/suite.ts'

// What the diagnoses of the chat ask of the evidence.

type Question = (evidence: LegacyEvidence) => boolean

/** Whether what was expected reads like this. */
export function wanted(pattern: RegExp): Question {
  return ({ expected }) => pattern.test(expected)
}

/** Whether what came instead reads like this. */
export function came(pattern: RegExp): Question {
  return ({ received }) => pattern.test(received)
}

/** Whether all of it is true. */
export function both(...questions: Question[]): Question {
  return (evidence) => questions.every((question) => question(evidence))
}

/** Whether the instance ended with an error. */
export function fell({ about }: LegacyEvidence): boolean {
  return about !== undefined && crashed(about)
}

/** Whether the instance printed a line like this on stderr. */
export function moans(pattern: RegExp): Question {
  return ({ about }) =>
    about?.lines.some(({ stream, text }) => stream === 'stderr' && pattern.test(text)) === true
}

/** What a device heard in place of a message: the event, and its arguments as they were shown. */
export interface OtherForm {
  event: string
  /** All arguments, as JSON. */
  text: string
  /** The fields of the first one, and of the `args` in it. */
  envelope: Record<string, unknown>
  args: Record<string, unknown>
}

/** Whether a device heard a message in another form, and this is true of it. */
export function heardInstead(
  isIt: (form: OtherForm, evidence: LegacyEvidence) => boolean,
): Question {
  return (evidence) => {
    if (!/ to hear "message" \{/.test(evidence.expected)) return false
    const [, event, text] = /^\S+ \S+ heard "(\w+)" ?(.*)$/s.exec(evidence.received) ?? []
    if (event === undefined || text === undefined) return false
    const envelope = parseJsonObject(text)
    const args = parseJsonObject(JSON.stringify(envelope['args'] ?? null))
    return isIt({ event, text, envelope, args }, evidence)
  }
}

/** The message that should have come: what its envelope holds. */
export function messageIn({ expected }: LegacyEvidence): Record<string, unknown> {
  const [envelope = ''] = /\{"event":"messageSent".*?\}\}/s.exec(expected) ?? []
  return parseJsonObject(JSON.stringify(parseJsonObject(envelope)['args'] ?? null))
}
