import { app, client, count, event } from './describe-event.ts'
import type { Texts } from './describe-fact.ts'
import type { HistoryFields } from './facts-of-history.ts'

/** Facts about tokens and about messages that are stored, in sentences. */
export const historyTexts: Texts<keyof HistoryFields> = {
  'token-wrong': (fact) => ({
    expected: `the token of ${app(fact)}'s POST /login to ${fact.should}`,
    received: fact.holds,
  }),
  'token-accepted': (fact) => ({
    expected: `${app(fact)} to refuse a device whose token is ${fact.accepted[0]}, with connect_error`,
    received: 'it was let in',
  }),
  'secret-leaked': (fact) => ({
    expected: `${app(fact)} to keep ${fact.what === 'token' ? 'tokens' : 'JWT_SECRET'} to itself`,
    received: `it ${fact.where} ${fact.what === 'token' ? 'one' : 'it'}${fact.where === 'sent' ? ' to Redis' : ''}`,
  }),
  'store-missing': (fact) => ({
    expected: `${app(fact)} to store the message that it received from a device`,
    received: 'it sent no command that stores the text',
  }),
  'ack-early': (fact) => ({
    expected: `${app(fact)} to acknowledge a message when Redis has confirmed that it is stored`,
    received: 'the acknowledgement came before',
  }),
  'stored-times': (fact) => ({
    expected: `"${fact.text}" to be in the history ${count(fact.expected)}`,
    received:
      fact.seen > 0
        ? `it is in it ${count(fact.seen)}`
        : fact.length === 0
          ? 'the history is empty'
          : 'it is not in it',
  }),
  'history-wrong': (fact) => ({ expected: fact.should, received: fact.holds }),
  'event-wrong': (fact) => ({
    expected: `${client(fact)} to receive "${fact.event}" with ${fact.should}`,
    received: `it received ${event(fact)}`,
  }),
  'event-order': (fact) => ({
    expected: `${client(fact)} to receive ${fact.expected.join(', ')}`,
    received: `it received ${fact.received.join(', ')}`,
  }),
}
