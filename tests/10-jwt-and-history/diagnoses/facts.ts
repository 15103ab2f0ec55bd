import { type Evidence, fieldsOf } from '../../../workshop/check/suite.ts'

// What the diagnoses of this step ask of the failed expectation.

/** Whether this expectation failed. */
export function failed(...expectations: string[]): (evidence: Evidence) => boolean {
  return ({ fact }) => expectations.includes(fact.expectation ?? '')
}

/** The values of the failed expectation, if it is this one; none otherwise. */
export function valuesOf({ fact }: Evidence, expectation: string): Record<string, unknown> {
  const here = fact.kind === 'condition' && fact.expectation === expectation
  return here ? (fact.values ?? {}) : {}
}

/** The text of the message that the fact of a socket event is about. */
export function textOf({ fact }: Evidence): string {
  if (fact.kind !== 'event-missing' && fact.kind !== 'event-repeated') return ''
  const [envelope] = Array.isArray(fact.args) ? fact.args : []
  return String(fieldsOf(fieldsOf(envelope)['args'])['text'] ?? '')
}
