import { type Evidence, fieldsOf } from '../../workshop/check/suite.ts'

// What diagnoses ask of the failed expectation.

/** Whether this expectation failed. */
export function failed(...expectations: string[]): (evidence: Evidence) => boolean {
  return ({ fact }) => expectations.includes(fact.expectation ?? '')
}

/** The fields of the failed expectation, if it is this one; none otherwise. */
export function fieldsOfFact({ fact }: Evidence, expectation: string): Record<string, unknown> {
  return fact.expectation === expectation ? { ...fact } : {}
}

/** The text of the message that the fact of a socket event is about. */
export function textOf({ fact }: Evidence): string {
  if (
    fact.kind !== 'event-missing' &&
    fact.kind !== 'event-repeated' &&
    fact.kind !== 'event-unexpected'
  ) {
    return ''
  }
  const [envelope] = Array.isArray(fact.args) ? fact.args : []
  return String(fieldsOf(fieldsOf(envelope)['args'])['text'] ?? '')
}
