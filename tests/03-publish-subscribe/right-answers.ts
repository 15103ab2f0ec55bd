import { type RightAnswers, combine, writeFile } from '../../workshop/check/suite.ts'

/** Other ways to be right, that a narrow-minded check would turn down. */
export const rightAnswers: RightAnswers = {
  'duplicate() with a listener of its own, more fields, another order': writeFile(
    'index.ts',
    `import { createClient } from 'redis'
const client = createClient({ url: process.env.REDIS_URL })
client.on('error', () => {})
const client2 = client.duplicate()
client2.on('error', (error) => console.error('client2:', error.message))
await client.connect()
await client2.connect()
await client2.subscribe('instances', (message) => {
  const news = JSON.parse(message)
  process.stdout.write(news.instance + ' ' + news.event + '\\n')
})
const news = { at: new Date(), event: 'started', pid: process.pid, instance: process.env.DYNO }
await client.publish('instances', JSON.stringify(news, null, 2))`,
  ),

  'one after the other, the listener first, RESP2, health checks': writeFile(
    'index.ts',
    `import { createClient } from 'redis'
const options = { url: process.env.REDIS_URL, RESP: 2, pingInterval: 50 }
const sub = await createClient(options).on('error', console.error).connect()
await sub.subscribe(['instances', 'elsewhere'], (message, channel) => {
  if (channel !== 'instances') return
  const { instance, event } = JSON.parse(message)
  console.log('%s %s', instance, event)
})
const pub = await createClient(options).on('error', console.error).connect()
await pub.ping()
await pub.publish('elsewhere', 'hello')
await pub.set('last-start', Date.now())
await pub.publish('instances', JSON.stringify({ instance: process.env.DYNO, event: 'started' }))`,
  ),

  'CommonJS, promises in a chain, one helper for both': writeFile(
    'index.ts',
    `const { createClient } = require('redis')
function connect() {
  const made = createClient({ url: process.env.REDIS_URL, socket: { reconnectStrategy: 20 } })
  made.on('error', (error) => console.error(error.message))
  return made.connect().then(() => made)
}
Promise.all([connect(), connect()])
  .then(([publisher, subscriber]) =>
    subscriber
      .subscribe('instances', (text) => {
        const { instance, event } = JSON.parse(text)
        console.log(instance + ' ' + event)
      })
      .then(() => {
        const message = { instance: process.env.DYNO, event: 'started' }
        return publisher.publish('instances', JSON.stringify(message))
      }),
  )
  .then((receivers) => console.error('received by', receivers))`,
  ),

  'connect() is not awaited, subscribe() is; a pattern': writeFile(
    'index.ts',
    `import { createClient } from 'redis'
const url = process.env.REDIS_URL
const [client, client2] = [createClient({ url }), createClient({ url })]
for (const each of [client, client2]) {
  each.on('error', () => {})
  void each.connect()
}
await client2.pSubscribe('instances', (message, channel) => {
  const { instance, event } = JSON.parse(message)
  console.log(\`\${instance} \${event}\`)
})
await client.publish('instances', \`{"instance":"\${process.env.DYNO}","event":"started"}\`)`,
  ),

  'three clients, messages as buffers, an async handler, a slow start': writeFile(
    'index.ts',
    `import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from 'redis'
await sleep(700)
const make = async () =>
  createClient({ url: process.env.REDIS_URL }).on('error', () => {}).connect()
const [health, publisher, subscriber] = await Promise.all([make(), make(), make()])
setInterval(() => health.ping().catch(() => {}), 20).unref()
const onMessage = async (message) => {
  const { instance, event } = JSON.parse(message.toString('utf8'))
  await null
  console.log(instance, event)
}
await subscriber.subscribe('instances', onMessage, true)
await sleep(100)
await publisher.publish(
  'instances',
  Buffer.from(JSON.stringify({ instance: process.env.DYNO, event: 'started' })),
)`,
  ),

  'classes in several files, logs in JSON': combine(
    writeFile(
      'bus.ts',
      `import { createClient } from 'redis'
export class Bus {
  #out = createClient({ url: process.env.REDIS_URL })
  #in = createClient({ url: process.env.REDIS_URL })
  constructor() {
    this.#out.on('error', () => {})
    this.#in.on('error', () => {})
  }
  async open() {
    await this.#in.connect()
    await this.#out.connect()
  }
  async onMessage(channel, handler) {
    await this.#in.subscribe(channel, (text) => handler(JSON.parse(text)))
  }
  async send(channel, message) {
    await this.#out.publish(channel, JSON.stringify(message))
  }
}`,
    ),
    writeFile(
      'index.ts',
      `import { Bus } from './bus.ts'
const log = (msg, more = {}) => console.log(JSON.stringify({ level: 30, time: Date.now(), ...more, msg }))
async function main() {
  const instance = process.env.DYNO ?? 'web.1'
  log('starting', { instance, event: 'starting' })
  const bus = new Bus()
  await bus.open()
  await bus.onMessage('instances', (news) => log(news.instance + ' ' + news.event))
  await bus.send('instances', { instance, event: 'started' })
  log('up')
}
void main()`,
    ),
  ),

  'subscribed anew at every connect, with the same handler': writeFile(
    'index.ts',
    `import { createClient } from 'redis'
import EventEmitter from 'node:events'
const news = new EventEmitter()
news.on('started', (instance) => console.log(instance + ' started'))
const onMessage = (text) => {
  const { instance, event } = JSON.parse(text)
  news.emit(event, instance)
}
const client2 = createClient({ url: process.env.REDIS_URL })
client2.on('error', () => {})
const subscribed = new Promise((done) =>
  client2.on('ready', () => client2.subscribe('instances', onMessage).then(done)),
)
await client2.connect()
await subscribed
const client = client2.duplicate()
client.on('error', () => {})
client.on('end', () => console.log('closed'))
await client.connect()
const me = { event: 'started', instance: process.env.DYNO }
await client.multi().incr('starts').publish('instances', JSON.stringify(me)).exec()`,
  ),
}
