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

  'a class that delivers locally at once, and skips its own messages': combine(
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

  'rooms instead of a map, and io.close()': combine(
    replaceIn(
      'connection.ts',
      'socketsState.add(socket.data.user, socket)',
      "void socket.join('user:' + socket.data.user)",
    ),
    replaceIn('connection.ts', 'socketsState.remove(socket.data.user, socket)\n', ''),
    replaceIn('chat.ts', 'await openDispatch(bus)', 'await openDispatch(bus, io)'),
    replaceIn('chat.ts', 'await close(server)', 'await io.close()'),
    replaceIn('chat.ts', 'io.engine.close() // devices', '// devices'),
    replaceIn('dispatch.ts', 'openDispatch(to: Bus)', 'openDispatch(to: Bus, io)'),
    replaceIn('dispatch.ts', 'deliver)\n}', '(message) => deliver(io, message))\n}'),
    replaceIn('dispatch.ts', 'deliver(message: unknown)', 'deliver(io, message)'),
    replaceIn(
      'dispatch.ts',
      'socketsState.emit(id, event, args)',
      "io.to('user:' + id).emit('message', { event, args })",
    ),
  ),

  'a bus that dispatch.ts makes itself, and a handler that refuses unknown fields': combine(
    replaceIn('chat.ts', "import { closeBus, newBus } from './bus.ts'\n", ''),
    replaceIn(
      'chat.ts',
      'import { openDispatch }',
      'import { bus, closeDispatch, openDispatch }',
    ),
    replaceIn('chat.ts', 'const bus = newBus()\n', ''),
    replaceIn('chat.ts', 'openDispatch(bus)', 'openDispatch'),
    replaceIn('chat.ts', 'closeBus(bus)', 'closeDispatch()'),
    writeFile(
      'dispatch.ts',
      `import { closeBus, newBus } from './bus.ts'
import { socketsState } from './sockets-state.ts'
export const bus = newBus()
export const openDispatch = new Promise<void>((resolve, reject) => {
  bus.on('outgoing_socket_message', receive, (error) => (error ? reject(error) : resolve()))
})
export const closeDispatch = () => closeBus(bus)
export const dispatch = ({ event, id, args }) =>
  void bus.emit('outgoing_socket_message', { at: Date.now(), args, event, id })
function receive(message) {
  if (message === null || typeof message !== 'object' || Array.isArray(message)) return
  for (const field of ['event', 'id']) if (typeof message[field] !== 'string') return
  socketsState.emit(message.id, message.event, message.args)
}`,
    ),
    replaceIn(
      'handlers.ts',
      'sendMessage(socket, { to, text }) {',
      "sendMessage(socket, { to, text, ...others }) {\n    if (Object.keys(others).length > 0) return { error: 'unknown field' }",
    ),
  ),

  'both messages in one transaction of the redis package, a buffer as the message': combine(
    writeFile(
      'bus.ts',
      `import { createClient } from 'redis'
export function newBus() {
  const pub = createClient({ url: process.env.REDIS_URL }).on('error', ({ code }) => console.log(code))
  const sub = pub.duplicate().on('error', () => {})
  let queue = []
  return {
    pub,
    sub,
    emit(channel, message) {
      if (queue.push([channel, JSON.stringify(message)]) === 1) setImmediate(flush)
    },
  }
  function flush() {
    const multi = queue.reduce((all, [channel, text]) => all.publish(channel, text), pub.multi())
    queue = []
    multi.exec().catch((error) => console.log('lost', error.message))
  }
}
export async function subscribe({ pub, sub }, channel, handler) {
  await pub.connect()
  await sub.connect()
  await sub.subscribe(channel, (buffer) => {
    let message
    try {
      message = JSON.parse(buffer.toString())
    } catch (error) {
      return console.log('ignored', error.message)
    }
    handler(message)
  }, true)
}
export async function closeBus({ pub, sub }) {
  await new Promise((resolve) => setImmediate(resolve))
  await Promise.allSettled([pub.close(), sub.close()])
}`,
    ),
  ),

  'an app without hello and deviceGone, arrays for sockets, an acknowledgement after the echo':
    combine(
      writeFile(
        'handlers.ts',
        `import { dispatch } from './dispatch.ts'
export const handlers = {
  async sendMessage(socket, { to, text }) {
    if (![to, text].every((one) => typeof one === 'string' && one !== '')) return { error: 'to and text, please' }
    const from = socket.data.user
    const users = from === to ? [to] : [to, from]
    for (const id of users) await dispatch({ id, event: 'messageSent', args: { text, to, from } })
    return { ok: true }
  },
}
export function announceDisconnect() {}`,
      ),
      replaceIn(
        'connection.ts',
        '(envelope: unknown, reply: unknown) => {',
        'async (envelope, reply) => {',
      ),
      replaceIn('connection.ts', 'const answer = handle(', 'const answer = await handle('),
      writeFile(
        'sockets-state.ts',
        `let all = []
export const socketsState = {
  add: (user, socket) => void all.push({ user, socket }),
  remove: (user, socket) => void (all = all.filter((one) => one.socket !== socket)),
  emit: (user, event, args) =>
    all.filter((one) => one.user === user).forEach(({ socket }) => socket.emit('message', { event, args })),
  count: () => Object.groupBy?.(all, ({ user }) => user) ?? all.length,
}`,
      ),
    ),

  'a shutdown that waits a moment for late messages, and every error logged as it comes':
    combine(
      replaceIn(
        'bus.ts',
        '(error) => reportError(error)',
        '(error) => (error?.message ? console.error(error.message) : reportError(error))',
      ),
      replaceIn(
        'chat.ts',
        'io.engine.close() // devices reconnect by themselves, to another process',
        'io.disconnectSockets(true)\n      await new Promise((resolve) => setTimeout(resolve, 300))',
      ),
      replaceIn('shutdown.ts', 'process.on(', 'process.once('),
    ),
}
