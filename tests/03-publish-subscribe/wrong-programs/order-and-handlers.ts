import { type WrongPrograms } from '../../../workshop/check/suite.ts'
import { connected, handler, inIndex, program } from '../edits.ts'

/** Wrong order, and handlers that do something else. */
export const orderAndHandlers: WrongPrograms = {
  's3-never-subscribes': { 'publishes only': connected("await announce(client, 'started')") },
  's3-publishes-only-as-answer': {
    'announces in the handler': connected(`await client2.subscribe(CHANNEL, async (message) => {
  await announce(client, 'started')
  print(message)
})`),
  },
  's3-never-publishes': {
    'no announcement': inIndex("  await announce(client, 'started')\n", ''),
    'an announcement never reached': inIndex(
      "  await announce(client, 'started')",
      "  await new Promise(() => {})\n  await announce(client, 'started')",
    ),
  },
  's3-connect-not-awaited-order': {
    'connects without await': program(`const client = newClient()
const client2 = newClient()
client.connect()
client2.connect()
client2.subscribe(CHANNEL, print)
await announce(client, 'started')`),
    'a function that subscribes is not awaited': program(`async function subscribe() {
  const client2 = newClient()
  await client2.connect()
  await client2.subscribe(CHANNEL, print)
}
const client = newClient()
await client.connect()
subscribe()
await announce(client, 'started')`),
  },
  's3-announces-twice': {
    'before the subscription, too': inIndex(
      'await client2.connect()',
      "await announce(client, 'started')\n  await client2.connect()",
    ),
    'while it is not confirmed yet':
      connected(`const subscribed = client2.subscribe(CHANNEL, print)
await announce(client, 'started')
await subscribed
await announce(client, 'started')`),
  },
  's3-publish-before-subscribe': {
    'the two lines swapped': connected(`await announce(client, 'started')
await client2.subscribe(CHANNEL, print)`),
    'and not even awaited': connected(`void announce(client, 'started')
await client2.subscribe(CHANNEL, print)`),
  },
  's3-subscribe-not-awaited': {
    'subscribe() without await': inIndex('await client2.subscribe(', 'client2.subscribe('),
    'both at once': connected(
      "await Promise.all([client2.subscribe(CHANNEL, print), announce(client, 'started')])",
    ),
    'half a second instead': connected(`client2.subscribe(CHANNEL, print)
setTimeout(() => announce(client, 'started'), 500)`),
  },

  's3-v3-message-event': {
    "on('message')": connected(`client2.on('message', (channel, message) => print(message))
await client2.subscribe(CHANNEL)
await announce(client, 'started')`),
  },
  's3-listener-args-swapped': {
    'channel first': inIndex('(message) => {', '(channel, message) => {'),
  },
  's3-announces-again': {
    'to each instance that starts': handler(`  print(message)
  const { instance } = JSON.parse(message)
  if (instance !== name) await announce(client, 'started')`),
  },
  's3-late-joiner-expects-history': {
    'a list beside the channel': connected(`await client2.subscribe(CHANNEL, print)
for (const message of await client.lRange('history', 0, -1)) print(message)
await client.rPush('history', JSON.stringify({ instance: name, event: 'started' }))
await announce(client, 'started')`),
  },
  's3-client-per-message': {
    'in the handler': handler('  print(message)\n  await newClient().connect()'),
  },
  's3-resubscribe-on-ready': {
    "on('ready')": program(`const client = newClient()
const client2 = newClient()
await client.connect()
const subscribed = new Promise((resolve) => {
  client2.on('ready', () => resolve(client2.subscribe(CHANNEL, (message) => print(message))))
})
await client2.connect()
await subscribed
await announce(client, 'started')`),
  },
  's3-several-subscribed': {
    'both, before the announcement': connected(`for (const each of [client, client2]) {
  await each.subscribe(CHANNEL, print)
}
await announce(client, 'started')`),
    'on the publisher as well': inIndex(
      "  await announce(client, 'started')",
      "  await announce(client, 'started')\n  await client.subscribe(CHANNEL, (message) => console.log(JSON.parse(message).instance, 'started'))",
    ),
    'three subscribers': program(`const client = newClient()
const subscribers = [newClient(), newClient(), newClient()]
await client.connect()
for (const subscriber of subscribers) {
  await subscriber.connect()
  await subscriber.subscribe(CHANNEL, print)
}
await announce(client, 'started')`),
  },
  's3-subscribed-twice': {
    'two handlers': inIndex(
      "  await announce(client, 'started')",
      "  await client2.subscribe(CHANNEL, (message) => console.log(JSON.parse(message).instance, 'started'))\n  await announce(client, 'started')",
    ),
    'a channel and a pattern': connected(`await client2.subscribe(CHANNEL, print)
await client2.pSubscribe('inst*', print)
await announce(client, 'started')`),
  },
}
