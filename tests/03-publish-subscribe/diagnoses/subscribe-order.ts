import {
  type KnownMistake,
  type AppEvidence,
  commands,
  crashed,
  hasFields,
} from '../../../workshop/check/suite.ts'
import { inIndex, program } from './edits.ts'
import { of, publishedOn, subscribedTo, subscriptions } from './evidence-queries.ts'

/** Speaking before one listens, and not doing one of the two. */
export const order: KnownMistake[] = [
  {
    id: 's3-never-subscribes',
    likely:
      'it speaks, but it does not listen: nothing was ever subscribed, so nobody hears it, not even itself.',
    lookAt: 'TODO(1) and TODO(2): a second connection, and what it is for',
    matches: of((me) => publishedOn(me).length > 0 && subscribedTo(me).length === 0),
    programs: {
      'publishes only': program(`const client = newClient()
const client2 = newClient()
await client.connect()
await client2.connect()
await announce(client, 'started')`),
    },
  },
  {
    id: 's3-publishes-only-as-answer',
    likely:
      'the announcement comes only as an answer: it waits inside the handler for a message, and nobody speaks first.',
    lookAt: 'where `announce()` stands: in the handler, or after `subscribe()`?',
    matches: of(speaksOnlyWhenSpokenTo),
    programs: {
      'announces in the handler': program(`const client = newClient()
const client2 = newClient()
await client.connect()
await client2.connect()
await client2.subscribe(CHANNEL, async (message) => {
  await announce(client, 'started')
  print(message)
})`),
    },
  },
  {
    id: 's3-never-publishes',
    likely: 'it listens, but says nothing: no message was published.',
    lookAt: 'what happens after `subscribe()`. Is that line ever reached?',
    matches: of(
      (me) => !crashed(me) && subscribedTo(me).length > 0 && publishedOn(me).length === 0,
    ),
    programs: {
      'no announcement': inIndex("  await announce(client, 'started')\n", ''),
      'an announcement never reached': inIndex(
        "  await announce(client, 'started')",
        "  await new Promise(() => {})\n  await announce(client, 'started')",
      ),
    },
  },
  {
    id: 's3-connect-not-awaited-order',
    likely:
      'nothing waits for the second connection. Each client sends what it has as soon as it is connected, so which comes first is luck.',
    lookAt:
      'every promise without `await`: those of `connect()`, and of functions that connect',
    matches: of((me, { programs }) => isRace(me) && connectsLate(me, programs[1])),
    programs: {
      'connects without await': program(`const client = newClient()
const client2 = newClient()
client.connect()
client2.connect()
client2.subscribe(CHANNEL, print)
await announce(client, 'started')`),
      'listens on the side': program(`async function listen() {
  const client2 = newClient()
  await client2.connect()
  await client2.subscribe(CHANNEL, print)
}
const client = newClient()
await client.connect()
listen()
await announce(client, 'started')`),
    },
  },
  {
    id: 's3-publish-before-subscribe',
    likely:
      'it speaks first and listens afterwards. A message is kept for nobody: its own was gone before it listened.',
    lookAt: 'the order of the lines that subscribe and publish',
    matches: of((me) => isRace(me) && published(me) < asked(me)),
    programs: {
      'the two lines swapped': program(`const client = newClient()
const client2 = newClient()
await client.connect()
await client2.connect()
await announce(client, 'started')
await client2.subscribe(CHANNEL, print)`),
      'and not even awaited': program(`const client = newClient()
const client2 = newClient()
await Promise.all([client.connect(), client2.connect()])
void announce(client, 'started')
await client2.subscribe(CHANNEL, print)`),
    },
  },
  {
    id: 's3-subscribe-not-awaited',
    likely:
      'nobody waits for subscribe(). It returns a promise at once; Redis has confirmed the subscription only when that is fulfilled.',
    lookAt: 'the line with `subscribe()`: what is missing in front of it?',
    matches: of(isRace),
    programs: {
      'subscribe() without await': inIndex('await client2.subscribe(', 'client2.subscribe('),
    },
  },
]

function first(me: AppEvidence) {
  const right = { instance: me.name, event: 'started' }
  return commands(me, 'PUBLISH').find(({ args }) => hasFields(args[1] ?? '', right))
}

function published(me: AppEvidence): number {
  return first(me)?.seq ?? Infinity
}

function asked(me: AppEvidence): number {
  return subscriptions(me)[0]?.seq ?? Infinity
}

// It published before Redis had confirmed that it listens.
function isRace(me: AppEvidence): boolean {
  const confirmed = subscriptions(me)[0]?.replySeq
  return confirmed !== undefined && published(me) < confirmed
}

// `late` is the same program, with an extra delay on the connection that listens: what it
// sends there waits until something is published, and what is published waits in turn.
function connectsLate(me: AppEvidence, late: AppEvidence | undefined): boolean {
  const listener = subscriptions(me)[0]?.connection
  if (!late || !listener) return false
  const there = late.wire.filter(({ connection }) => connection === listener)
  const opened = there.find(({ kind }) => kind === 'open')?.seq ?? Infinity
  const greeted = commands({ ...late, wire: there })[0]?.replySeq ?? Infinity
  if (opened < published(late)) return published(late) < greeted
  return asked(late) < (first(late)?.replySeq ?? Infinity)
}

function speaksOnlyWhenSpokenTo({ wire }: AppEvidence): boolean {
  const heard = wire.find(({ kind }) => kind === 'push')
  const spoken = wire.find((event) => event.kind === 'command' && event.name === 'PUBLISH')
  return heard !== undefined && spoken !== undefined && heard.seq < spoken.seq
}
