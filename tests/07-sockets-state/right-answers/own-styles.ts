import {
  type RightAnswers,
  combine,
  replaceIn,
  writeFile,
} from '../../../workshop/check/suite.ts'

const tokens = `const users = new Map(['ada', 'grace', 'linus'].map((user) => ['token-of-' + user, user]))`

/** Programs that were written from the lesson alone, in other styles than the solution's. */
export const ownStyles: RightAnswers = {
  'fields that the lesson does not name are refused': replaceIn(
    'handlers.ts',
    'sendMessage(socket, { to, text }) {',
    `sendMessage(socket, { to, text, ...more }) {
    if (Object.keys(more).length > 0) return { error: 'only "to" and "text", please' }`,
  ),

  'a state that lists every known user, with 0 for those who are offline': replaceIn(
    'sockets-state.ts',
    'return Object.fromEntries([...sockets].map(([user, devices]) => [user, devices.size]))',
    "return Object.fromEntries(['ada', 'grace', 'linus'].map((user) => [user, sockets.get(user)?.size ?? 0]))",
  ),

  'handlers without a prototype that throw, one place that answers': combine(
    replaceIn(
      'connection.ts',
      `  const { event, args } = fieldsOf(envelope)
  // hasOwn, because every object inherits properties: handlers['constructor'] is a function.
  const known = typeof event === 'string' && Object.hasOwn(handlers, event)
  const handler = known ? handlers[event] : undefined
  return handler ? handler(socket, fieldsOf(args)) : { error: 'unknown event' }`,
      `  const table = Object.assign(Object.create(null), handlers)
  try {
    const { event, args } = envelope
    if (typeof event !== 'string') throw new TypeError('"event" must be a text')
    return table[event](socket, args)
  } catch (error) {
    return { error: String(error) }
  }`,
    ),
    replaceIn('connection.ts', "import { fieldsOf } from './fields.ts'\n", ''),
  ),

  'no state of its own: the sockets of Socket.IO are asked for each message': writeFile(
    'index.ts',
    `import express from 'express'
import { Server } from 'socket.io'
${tokens}
const app = express().get('/', (_req, res) => res.send('a chat'))
const server = app.listen(process.env.PORT)
const io = new Server(server)
io.use(({ handshake: { auth }, data }, next) => {
  data.user = users.get(auth.token)
  next(data.user === undefined ? new Error('who are you?') : undefined)
})
io.on('connection', (socket) => {
  socket.on('message', async (...received) => {
    const [envelope] = received
    const acknowledge = typeof received.at(-1) === 'function' ? received.at(-1) : () => {}
    const { to, text } = Object(envelope?.args)
    const valid = envelope?.event === 'sendMessage' && typeof to === 'string' && typeof text === 'string'
    if (!valid) return acknowledge(400, 'bad request')
    const from = socket.data.user
    const all = await io.fetchSockets()
    for (const device of all.filter(({ data }) => data.user === from || data.user === to)) {
      device.emit('message', { event: 'messageSent', args: { from, to, text } })
    }
    acknowledge(200)
  })
})
process.on('SIGTERM', () => {
  io.close()
  setTimeout(() => process.exit(), 200).unref()
})
`,
  ),

  'a namespace-wide listener, entries [user, socket] in one set, messages sent on the next tick':
    writeFile(
      'index.ts',
      `import { createServer } from 'node:http'
import { Server } from 'socket.io'
${tokens}
const connected = new Set()
const deliver = (names, args) => setImmediate(() => {
  for (const [user, socket] of connected) if (names.has(user)) socket.send({ event: 'messageSent', args })
})
const commands = {
  __proto__: null,
  sendMessage: (from, { to, text } = {}) => {
    for (const value of [to, text]) if (typeof value !== 'string' || value === '') return 'bad arguments'
    deliver(new Set([from, to]), { from, to, text })
  },
}
const http = createServer((_req, res) => res.end())
const io = new Server(http, { allowEIO3: true })
io.use((socket, next) => {
  const user = users.get(socket.handshake.auth?.token)
  if (!user) {
    next(new Error('unknown token'))
    return
  }
  Object.assign(socket, { user })
  next()
})
io.on('connection', (socket) => {
  const entry = [socket.user, socket]
  connected.add(entry)
  socket.on('disconnect', () => connected.delete(entry))
  socket.prependAny((name, envelope, done) => {
    if (name !== 'message') return
    const command = typeof envelope?.event === 'string' ? commands[envelope.event] : undefined
    const problem = command ? command(socket.user, envelope.args ?? {}) : 'unknown event'
    if (typeof done === 'function') done(problem ? { ok: false, problem } : { ok: true })
  })
})
http.listen(process.env.PORT)
process.once('SIGTERM', async () => {
  io.disconnectSockets(true)
  http.close()
  http.closeAllConnections()
  process.exit(0)
})
`,
    ),
}
