import { type WrongPrograms } from '../../../workshop/check/suite.ts'
import { clients, connected, handler, inIndex, program } from '../edits.ts'

/** What a cut brings to light, and wrong lines. */
export const reconnectAndOutput: WrongPrograms = {
  's2-duplicate-without-error-listener': {
    'the subscriber is a duplicate': clients(`const client = newClient()
const client2 = client.duplicate()`),
    'the publisher is a duplicate': clients(`const client2 = newClient()
const client = client2.duplicate()`),
  },
  's3-no-error-listener': {
    'on neither client': clients(`const client = createClient({ url })
const client2 = client.duplicate()`),
  },
  's3-error-handler-throws': {
    rethrows: clients(`const make = () => createClient({ url }).on('error', (error) => {
  throw error
})
const [client, client2] = [make(), make()]`),
  },
  's3-exit-on-error': {
    'process.exit()': clients(`const make = () => createClient({ url }).on('error', (error) => {
  console.error(error.message)
  process.exit(1)
})
const [client, client2] = [make(), make()]`),
  },
  's3-reconnect-disabled': {
    'reconnectStrategy: false': clients(`const make = () =>
  createClient({ url, socket: { reconnectStrategy: false } }).on('error', console.error)
const [client, client2] = [make(), make()]
setInterval(() => {}, 1_000)`),
    'on the subscriber alone': clients(`const client = newClient()
const client2 = createClient({ url, socket: { reconnectStrategy: false } })
client2.on('error', (error) => console.error(error.message))`),
  },
  's3-announces-at-reconnect': {
    'at every ready': program(`const client = newClient()
const client2 = newClient()
client.on('ready', () => announce(client, 'started'))
await client2.connect()
await client2.subscribe(CHANNEL, print)
await client.connect()`),
  },
  's3-reconnects-without-subscribing': {
    'a new client instead': program(`const client = newClient()
await client.connect()
const make = () => {
  const made = createClient({ url, socket: { reconnectStrategy: false } })
  made.on('error', () => void make().connect())
  return made
}
const client2 = make()
await client2.connect()
await client2.subscribe(CHANNEL, print)
await announce(client, 'started')`),
  },

  's3-prints-own-name': {
    'DYNO in the handler': handler('  console.log(`${name} ${JSON.parse(message).event}`)'),
  },
  's3-expects-no-echo': {
    'leaves out its own': handler(`  const { instance, event } = JSON.parse(message)
  if (instance !== name) console.log(instance, event)`),
  },
  's3-prints-without-message': {
    'prints it without a message': connected(`await client2.subscribe(CHANNEL, (message) => {
  if (JSON.parse(message).instance !== name) print(message)
})
await announce(client, 'started')
console.log(\`\${name} started\`)`),
  },
  's3-remembers-names': {
    'a set of names': connected(`const known = new Set()
await client2.subscribe(CHANNEL, (message) => {
  if (known.has(message)) return
  known.add(message)
  print(message)
})
await announce(client, 'started')`),
  },
  's3-echo-and-own-line': {
    'prints it twice': inIndex(
      "  await announce(client, 'started')",
      "  await announce(client, 'started')\n  console.log(`${process.env.DYNO} started`)",
    ),
  },

  's3-prints-raw-message': {
    'without JSON.parse()': handler('  console.log(message)'),
    'the whole object': handler('  console.log(JSON.parse(message))'),
  },
  's3-prints-undefined': {
    'fields of a text': handler('  console.log(`${message.instance} ${message.event}`)'),
    'other names': handler('  console.log(`${JSON.parse(message).name} started`)'),
  },
  's3-handler-throws': {
    'a typo in the handler': handler('  console.log(`${mesage.instance} started`)'),
    'an error of its own': inIndex(
      'console.log(`${instance} ${event}`)',
      'throw new Error(`cannot print ${instance}`)',
    ),
  },
  's3-prints-only-own': {
    'only its own': handler(`  const { instance, event } = JSON.parse(message)
  if (instance === name) console.log(instance, event)`),
  },
  's3-handles-only-first': {
    'a promise of one message':
      connected(`const message = new Promise((resolve) => client2.subscribe(CHANNEL, resolve))
await client2.ping()
await announce(client, 'started')
print(await message)`),
  },
  's3-prints-other-words': {
    'another sentence': handler('  console.log(`hello ${JSON.parse(message).instance}!`)'),
  },
  's3-prints-nothing': {
    'keeps it to itself': connected(`const messages = []
await client2.subscribe(CHANNEL, (message) => messages.push(message))
await announce(client, 'started')`),
  },
}
