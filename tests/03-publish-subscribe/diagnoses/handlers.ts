import { type KnownMistake, commands } from '../../../workshop/check/suite.ts'
import { handler, inIndex, program } from './edits.ts'
import {
  connectionsHeardOn,
  heard,
  moans,
  of,
  says,
  told,
  toldTooOften,
  wasCut,
} from './evidence-queries.ts'

/** What can go wrong with a message that has arrived. */
export const handlers: KnownMistake[] = [
  {
    id: 's3-v3-message-event',
    likely:
      "subscribe() got no handler. Version 3 emitted 'message' events; today the handler is the second argument of subscribe().",
    lookAt: 'the arguments of `subscribe()`',
    matches: of((me) => moans(me, /listener is not a function/)),
    programs: {
      "on('message')": program(`const client = newClient()
const client2 = newClient()
await client.connect()
await client2.connect()
client2.on('message', (channel, message) => print(message))
await client2.subscribe(CHANNEL)
await announce(client, 'started')`),
    },
  },
  {
    id: 's3-listener-args-swapped',
    likely:
      "the handler's first argument is the message and the second the channel; here they have changed places.",
    lookAt: 'the names in front of the `=>`',
    matches: of((me) => moans(me, /"instances" is not valid JSON/) || says(me, /^instances\b/)),
    programs: {
      'channel first': inIndex('(message) => {', '(channel, message) => {'),
    },
  },
  {
    id: 's3-announces-again',
    likely:
      'it announces itself more than once: from time to time, or whenever it hears somebody. The others take each for another start.',
    lookAt: 'how often `announce()` is called, and from where',
    matches: of((_, { programs }) =>
      programs.some((me) => announces(me) > 1 && heard(me) > 1 && !wasCut(me)),
    ),
    programs: {
      'to whoever comes': handler(`  print(message)
  const { instance } = JSON.parse(message)
  if (instance !== name) await announce(client, 'started')`),
    },
  },
  {
    id: 's3-late-joiner-expects-history',
    likely:
      'it prints what happened before it came. A channel keeps nothing; who needs the past needs a list or a stream, and that is another lesson.',
    lookAt: 'the commands beside PUBLISH and SUBSCRIBE on the wire',
    matches: of(
      (me) => told(me, 'web.1') > 0 && me.name !== 'web.1' && heard(me, 'web.1') === 0,
    ),
    programs: {
      'a list beside the channel': program(`const client = newClient()
const client2 = newClient()
await client.connect()
await client2.connect()
await client2.subscribe(CHANNEL, print)
for (const message of await client.lRange('history', 0, -1)) print(message)
await client.rPush('history', JSON.stringify({ instance: name, event: 'started' }))
await announce(client, 'started')`),
    },
  },
  {
    id: 's3-client-per-message',
    likely:
      'the handler makes a new client for every message. That takes time, and they pile up until Redis refuses to take more.',
    lookAt: '`createClient()`, `newClient()` and `duplicate()`: how often does that line run?',
    matches: of((_, { received }) => /with every message/.test(received)),
    programs: {
      'in the handler': handler(`  print(message)
  await newClient().connect()`),
    },
  },
  {
    id: 's3-resubscribe-on-ready',
    likely:
      'after a break it listens twice. The client subscribes again by itself; a subscribe() of your own on top adds a second handler.',
    lookAt: "`on('ready')`, `on('connect')` and what else runs at every reconnect",
    matches: of((me) => wasCut(me) && toldTooOften(me)),
    programs: {
      "on('ready')": program(`const client = newClient()
const client2 = newClient()
await client.connect()
const listening = new Promise((resolve) => {
  client2.on('ready', () => resolve(client2.subscribe(CHANNEL, (message) => print(message))))
})
await client2.connect()
await listening
await announce(client, 'started')`),
    },
  },
  {
    id: 's3-listens-on-both',
    likely:
      'more than one connection is subscribed, so every message arrives more than once. One listens, the other speaks.',
    lookAt: 'how often `subscribe()` is called, and on which clients',
    matches: of(
      (me) =>
        connectionsHeardOn(me) > 1 &&
        (toldTooOften(me) || told(me, me.name) > heard(me, me.name)),
    ),
    programs: {
      'on the publisher as well': inIndex(
        "  await announce(client, 'started')",
        "  await announce(client, 'started')\n  await client.subscribe(CHANNEL, (message) => console.log(JSON.parse(message).instance, 'started'))",
      ),
      'three that listen': program(`const client = newClient()
const listeners = [newClient(), newClient(), newClient()]
await client.connect()
for (const listener of listeners) {
  await listener.connect()
  await listener.subscribe(CHANNEL, print)
}
await announce(client, 'started')`),
    },
  },
  {
    id: 's3-subscribed-twice',
    likely:
      'one message is handled more than once: the handler was subscribed several times, or it prints several times.',
    lookAt:
      'how often `subscribe()` is called. Every call adds a handler, also for the same channel',
    matches: of(toldTooOften),
    programs: {
      'two handlers': inIndex(
        "  await announce(client, 'started')",
        "  await client2.subscribe(CHANNEL, (message) => console.log(JSON.parse(message).instance, 'started'))\n  await announce(client, 'started')",
      ),
      'a channel and a pattern': program(`const client = newClient()
const client2 = newClient()
await client.connect()
await client2.connect()
await client2.subscribe(CHANNEL, print)
await client2.pSubscribe('inst*', print)
await announce(client, 'started')`),
    },
  },
]

function announces(me: Parameters<typeof heard>[0]): number {
  return commands(me, 'PUBLISH').filter(({ args }) => /started/.test(args[1] ?? '')).length
}
