import { type WrongPrograms, replaceIn } from '../../../workshop/check/suite.ts'
import { clients, inIndex, message, program } from '../edits.ts'

/** Wrong connections, channels and messages. */
export const connectionsAndMessages: WrongPrograms = {
  's3-connect-twice': {
    'in the error handler': clients(`const make = () => {
  const made = createClient({ url })
  made.on('error', () => made.connect())
  return made
}
const [client, client2] = [make(), make()]`),
    'the same client twice': inIndex('await client2.connect()', 'await client.connect()'),
  },
  's3-never-connect': {
    'neither client': program(`const client = newClient()
const client2 = newClient()
await client.publish(CHANNEL, JSON.stringify({ instance: name, event: 'started' }))
await client2.subscribe(CHANNEL, print)`),
  },
  'ends-unasked': {
    'closes both': inIndex(
      "await announce(client, 'started')",
      "await announce(client, 'started')\n  await client.close()\n  await client2.close()",
    ),
    'process.exit()': inIndex(
      "await announce(client, 'started')",
      "await announce(client, 'started')\n  process.exit(0)",
    ),
  },
  's3-closed-too-early': {
    'closes the subscriber': inIndex(
      "await announce(client, 'started')",
      "await announce(client, 'started')\n  await client2.close()",
    ),
    'closes the publisher': inIndex(
      "await announce(client, 'started')",
      "await announce(client, 'started')\n  await client.close()",
    ),
    'closes before it publishes': inIndex(
      "await announce(client, 'started')",
      "await client.close()\n  await announce(client, 'started')",
    ),
    'unsubscribes after one message': inIndex(
      'console.log(`${instance} ${event}`)',
      'console.log(`${instance} ${event}`)\n    void client2.unsubscribe(CHANNEL)',
    ),
  },
  's3-publisher-not-connected': {
    'connects the subscriber only': inIndex('  await client.connect()\n', ''),
  },
  's3-one-client-for-both': {
    'the only client': program(`const client = newClient()
await client.connect()
await client.subscribe(CHANNEL, print)
await announce(client, 'started')`),
    'the only client, on RESP2': program(`const client = createClient({ url, RESP: 2 })
client.on('error', console.error)
await client.connect()
await client.subscribe(CHANNEL, print)
await announce(client, 'started')`),
  },
  's3-publishes-on-subscriber': {
    'the wrong one of two': inIndex('announce(client, ', 'announce(client2, '),
  },
  's3-subscriber-not-connected': {
    'duplicate() is not connected': program(`const client = newClient()
await client.connect()
const client2 = client.duplicate()
client2.on('error', console.error)
await client2.subscribe(CHANNEL, print)
await announce(client, 'started')`),
  },

  's3-channel-undefined': {
    'a config var that is not set': inIndex(
      'client2.subscribe(CHANNEL,',
      'client2.subscribe(process.env.CHANNEL,',
    ),
  },
  's3-not-pub-sub': {
    'a list': replaceIn('instances.ts', 'client.publish(', 'client.rPush('),
    'sharded channels': replaceIn('instances.ts', 'client.publish(', 'client.sPublish('),
    'a sharded subscription': inIndex('client2.subscribe(', 'client2.sSubscribe('),
  },
  's3-subscribe-literal-star': {
    'a star in subscribe()': inIndex('subscribe(CHANNEL,', "subscribe('instance*',"),
  },
  's3-channel-mismatch': {
    'subscribes to another channel': inIndex('subscribe(CHANNEL,', "subscribe('Instances',"),
    'publishes on another channel': replaceIn(
      'instances.ts',
      'client.publish(CHANNEL,',
      "client.publish('instances ',",
    ),
  },
  's3-other-channel': {
    'the same typo twice': replaceIn('instances.ts', "'instances'", "'instance'"),
    'a channel per instance': replaceIn(
      'instances.ts',
      "'instances'",
      '`instances:${process.env.DYNO}`',
    ),
  },

  's3-non-string-message': {
    'the object itself': message('announcement'),
    'the object in a template': message('`${announcement}`'),
  },
  's3-double-encoded': {
    'stringify twice': message('JSON.stringify(JSON.stringify(announcement))'),
  },
  's3-plain-text': {
    'a sentence': message('`${announcement.instance} started`'),
    'a single word': message("'started'"),
  },
  's3-swapped-fields': {
    swapped: message('JSON.stringify({ instance: event, event: announcement.instance })'),
  },
  's3-instance-missing': {
    'a variable of another name': message(
      'JSON.stringify({ instance: process.env.INSTANCE, event })',
    ),
    'no such field': message('JSON.stringify({ event })'),
  },
  's3-instance-not-from-dyno': {
    "the first one's name": message("JSON.stringify({ instance: 'web.1', event })"),
    'the process id': message('JSON.stringify({ instance: String(process.pid), event })'),
  },
  's3-event-spelled-differently': {
    'a capital': message("JSON.stringify({ ...announcement, event: 'Started' })"),
  },
  's3-other-fields': {
    'other names': message('JSON.stringify({ name: announcement.instance, type: event })'),
    'one level too deep': message('JSON.stringify({ message: announcement })'),
  },
}
