import type { EventRef } from './facts.ts'

/** Failed expectations about tokens, and about messages that are stored. */
export interface HistoryFields {
  /** A token that an app issued is not as it should be. */
  'token-wrong': {
    should: string
    holds: string
    payload?: Record<string, unknown>
    /** For how many seconds it is still good, if it has an expiry. */
    secondsLeft?: number
    /** Whether another app accepts it. */
    acceptedElsewhere?: boolean
  }
  /** Devices whose token is like this were let in. */
  'token-accepted': { accepted: readonly string[] }
  /** A token or the secret is where others can read it. */
  'secret-leaked': { what: 'token' | 'secret'; where: 'printed' | 'sent' }
  /** A message from a device was not stored. */
  'store-missing': object
  /** A message was acknowledged before it was stored. */
  'ack-early': object
  /** A message is not as often in the history as it should be. */
  'stored-times': {
    text: string
    expected: number
    seen: number
    /** How many messages are in the history. */
    length?: number
  }
  /** The history is not as it should be. */
  'history-wrong': {
    should: string
    holds: string
    /** How many messages it lacks. */
    lost?: number
    length?: number
    /** Whether the latest message is in it. */
    newest?: boolean
    /** Whether the latest message is in Redis. */
    stored?: boolean
    /** Whether it begins with the latest message. */
    reversed?: boolean
  }
  /** A socket event arrived, and is not as it should be. */
  'event-wrong': EventRef & { should: string }
  /** Messages arrived in another order than they should. */
  'event-order': { expected: readonly string[]; received: readonly string[] }
}
