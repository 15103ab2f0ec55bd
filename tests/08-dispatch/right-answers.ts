import { type RightAnswers, combine, replaceIn, writeFile } from '../../workshop/check/suite.ts'

/** Other ways to be right, that a narrow-minded check would turn down. */
export const rightAnswers: RightAnswers = {
  'one file in CommonJS, rooms, a scope, logs in JSON, ended by the signal itself': writeFile(
    'index.ts',
    `const { Server } = require('socket.io')
const NRP = require('node-redis-pubsub')
const log = (text) => console.log(JSON.stringify({ at: Date.now(), text: String(text) }))
const nrp = new NRP({ url: process.env.REDIS_URL, scope: 'chat' })
nrp.on('error', log)
nrp.subscribe('outgoing_socket_message', (message) => {
  const { id, event, args } = message ?? {}
  if (typeof id === 'string' && event) io.to('user:' + id).emit('message', { args, event, at: 1 })
}, () => server.listen(process.env.PORT))
const server = require('http').createServer((req, res) => res.end('hello'))
const io = new Server(server)
io.use((socket, next) => {
  const [, user] = /^token-of-(ada|grace|linus)$/.exec(socket.handshake.auth.token) ?? []
  socket.data.user = user
  next(user ? undefined : new Error('who is there?'))
})
io.on('connection', (socket) => {
  const { user } = socket.data
  socket.join('user:' + user)
  socket.emit('welcome', user)
  socket.on('message', (message, reply) => {
    const { to, text } = message?.args ?? {}
    if (message?.event !== 'sendMessage' || typeof to !== 'string' || typeof text !== 'string') return
    const say = (id) => nrp.publish('outgoing_socket_message', {
      event: 'messageSent', id, args: { from: user, to, text, at: new Date() },
    })
    if (to !== user) say(to)
    say(user)
    reply?.({ done: true })
  })
})
process.once('SIGTERM', () => {
  io.close()
  nrp.quit()
  setTimeout(() => process.kill(process.pid, 'SIGTERM'), 100)
})`,
  ),

  'a class that tells its own devices at once, and skips what comes from itself': combine(
    writeFile(
      'dispatch.ts',
      `import { randomUUID } from 'node:crypto'
import { socketsState } from './sockets-state.ts'
class Dispatcher {
  #me = randomUUID()
  #bus
  async open(bus) {
    this.#bus = bus
    await new Promise((resolve) => bus.on('outgoing_socket_message', this.#heard, resolve))
  }
  send = (message) => {
    this.#deliver(message)
    this.#bus.emit('outgoing_socket_message', { ...message, instance: this.#me })
  }
  #heard = (message) => {
    if (Object(message).instance !== this.#me) this.#deliver(Object(message))
  }
  #deliver({ id, event, args }) {
    if (typeof id === 'string' && typeof event === 'string') socketsState.emit(id, event, args)
  }
}
const dispatcher = new Dispatcher()
export const dispatch = dispatcher.send
export const openDispatch = (bus) => dispatcher.open(bus)`,
    ),
  ),

  'the redis package, with a client that listens and one that publishes': writeFile(
    'bus.ts',
    `import { createClient } from 'redis'
export function newBus() {
  const client = createClient({ url: process.env.REDIS_URL })
  const client2 = client.duplicate()
  for (const one of [client, client2]) one.on('error', () => {})
  return { client, client2, emit: (channel, message) => client.publish(channel, JSON.stringify(message)) }
}
export async function subscribe({ client, client2 }, channel, handler) {
  await Promise.all([client.connect(), client2.connect()])
  await client2.subscribe(channel, (text) => {
    try {
      handler(JSON.parse(text))
    } catch {}
  })
}
export async function closeBus({ client, client2 }) {
  await Promise.all([client.close(), client2.close()])
}`,
  ),

  'the redis package in RESP 2, a pattern, no queue, async from end to end': combine(
    writeFile(
      'bus.ts',
      `import { createClient } from 'redis'
const options = { url: process.env.REDIS_URL, RESP: 2, disableOfflineQueue: true }
export const newBus = () => [createClient(options), createClient(options)]
export const subscribe = async ([pub, sub], channel, handler) => {
  for (const one of [pub, sub]) await one.on('error', (error) => console.error(error.message)).connect()
  await sub.pSubscribe('*:' + channel, async (text) => {
    await null
    try {
      await handler(JSON.parse(text))
    } catch (error) {
      console.warn('ignored', error)
    }
  })
}
export const closeBus = async (both) => both.forEach((one) => one.destroy())`,
    ),
    replaceIn(
      'dispatch.ts',
      'bus.emit(CHANNEL, message)',
      "void bus[0].publish('app1:' + CHANNEL, JSON.stringify(message)).catch(() => {})",
    ),
  ),

  'clients of redis 3, made by hand and handed over': combine(
    replaceIn(
      'bus.ts',
      "import NodeRedisPubSub from 'node-redis-pubsub'",
      `import { createRequire } from 'node:module'
import NodeRedisPubSub from 'node-redis-pubsub'
const redis3 = createRequire(createRequire(import.meta.url).resolve('node-redis-pubsub'))('redis')`,
    ),
    replaceIn(
      'bus.ts',
      'new NodeRedisPubSub({ url, retry_max_delay: 2000 })',
      'new NodeRedisPubSub({ emitter: redis3.createClient(url), receiver: redis3.createClient(url) })',
    ),
  ),

  'listens on its PORT first, slowly, and lets devices wait at the door': combine(
    replaceIn(
      'chat.ts',
      'await openDispatch(bus) // first: a connected device must not miss a message',
      '',
    ),
    replaceIn(
      'chat.ts',
      'io.use(onAuth)',
      'io.use((_, next) => void ready.then(() => next()))\n  io.use(onAuth)',
    ),
    replaceIn(
      'chat.ts',
      'const bus = newBus()',
      `const bus = newBus()
  const ready = new Promise((resolve) => setTimeout(resolve, 700)).then(() => openDispatch(bus))`,
    ),
    replaceIn('sockets-state.ts', 'new Set()', 'new Set().add(socket)'),
  ),

  'two buses, one to listen and one to publish': combine(
    replaceIn('chat.ts', 'await openDispatch(bus)', 'await openDispatch(bus, newBus())'),
    replaceIn('dispatch.ts', 'openDispatch(to: Bus)', 'openDispatch(to: Bus, speaker: Bus)'),
    replaceIn('dispatch.ts', 'bus = to\n', 'bus = speaker\n'),
    replaceIn('dispatch.ts', 'subscribe(bus,', 'subscribe(to,'),
    replaceIn(
      'dispatch.ts',
      'bus.emit(CHANNEL, message)',
      'setImmediate(() => bus.emit(CHANNEL, message))',
    ),
  ),
}
