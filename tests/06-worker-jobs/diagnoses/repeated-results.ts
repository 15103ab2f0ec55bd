import {
  type Diagnosis,
  type Evidence,
  parseJsonObject,
} from '../../../workshop/check/suite.ts'
import { messagesOf } from './evidence-queries.ts'

/** A device received `done` more often than it asked for jobs. */
export const repeatedResults: Diagnosis[] = [
  {
    id: 's6-progress-as-done',
    likely:
      'Devices receive `done` more often than there are jobs, while a worker publishes progress: you emit `done` for progress, too.',
    lookAt: 'which channels you subscribe to, and which event you emit for PROGRESS',
    requires: (evidence) => {
      const { fact } = evidence
      if (fact.kind !== 'event-repeated' || fact.expectation !== 'done-per-job') return false
      const progress = progressMessages(evidence)
      const others = (fact.values ?? []).filter((value) => !holdsResult(value, evidence))
      const isProgress = (value: unknown) => progress.some((done) => holdsNumber(value, done))
      return others.length > 0 && (others.length === progress.length || others.some(isProgress))
    },
  },
  {
    id: 's6-done-again',
    likely: (evidence) => {
      const { app, messages, events } = againEmitted(evidence) ?? {}
      return `${app} received ${messages} messages on DONE, and one of its devices received \`done\` ${events} times: you emit the same result again later.`
    },
    lookAt:
      'what emits `done` in `sockets.ts` more than once: such as a retry when a device has not acknowledged it, which it need not do',
    requires: (evidence) => againEmitted(evidence) !== undefined,
  },
]

// An instance received each result once, and emitted one again, already before the check cut a
// connection.
function againEmitted(evidence: Evidence) {
  const { fact, app } = evidence
  const isLate = fact.expectation === 'done-per-job' || fact.expectation === 'after-cut'
  if (fact.kind !== 'event-repeated' || !isLate || !app) return undefined
  const events = (fact.values ?? []).map((value) => JSON.stringify(value))
  const messages = messagesOf(app, 'DONE:').length
  if (new Set(events).size !== messages || !isFirstRepeated(evidence)) return undefined
  return { app: app.name, messages, events: events.length }
}

/** Whether a device received the result of its first job more than once. */
export function isFirstRepeated({ fact }: Evidence): boolean {
  const values = fact.kind === 'event-repeated' ? (fact.values ?? []) : []
  const [first, ...others] = values.map((value) => JSON.stringify(value))
  return first !== undefined && others.includes(first)
}

// The progress in each message about progress that reached an instance, on whatever channel.
function progressMessages(evidence: Evidence): unknown[] {
  const web = evidence.app
  if (!web) return []
  return [...messagesOf(web, 'PROGRESS:'), ...messagesOf(web, 'DONE:')]
    .map(({ message }) => parseJsonObject(message))
    .filter((fields) => typeof fields['done'] === 'number' && !('result' in fields))
    .map(({ done }) => done)
}

// Whether an event holds the result of a message on DONE, in whatever field.
function holdsResult(value: unknown, { app }: Evidence): boolean {
  const text = JSON.stringify(value) ?? ''
  return (app ? messagesOf(app, 'DONE:') : [])
    .map(({ message }) => JSON.stringify(parseJsonObject(message)['result']))
    .some((result) => result !== undefined && text.includes(result))
}

function holdsNumber(value: unknown, number: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === number
  return Object.values(value).some((part) => holdsNumber(part, number))
}
