import { type Edit, type RightAnswers, writeFile } from '../../../workshop/check/suite.ts'

const tokens = `const tokens = { 'token-of-ada': 'ada', 'token-of-grace': 'grace', 'token-of-linus': 'linus' }`

// The whole program in one file.
const oneFile = (text: string): Edit => writeFile('index.ts', `${text}\n`)

/** Programs that have nothing in common with the solution but what they do. */
export const inOneFile: RightAnswers = {
  'one file, CommonJS, a class with lists of ids, answers of its own': oneFile(`
import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
const express = require('express')
const { Server } = require('socket.io')
${tokens}
class Users {
  #ids = Object.create(null)
  add(user, id) { (this.#ids[user] ||= []).push(id) }
  remove(user, id) {
    this.#ids[user] = this.#ids[user].filter((one) => one !== id)
    if (!this.#ids[user].length) delete this.#ids[user]
  }
  emit(names, body) {
    const ids = [...new Set(names)].flatMap((name) => this.#ids[name] || [])
    ids.forEach((id) => io.sockets.sockets.get(id)?.emit('message', body))
  }
}
const users = new Users()
const handlers = {
  sendMessage(from, args) {
    if (typeof args?.to !== 'string' || typeof args.text !== 'string') throw new Error('bad arguments')
    users.emit([from, args.to], { event: 'messageSent', args: { text: args.text, to: args.to, from } })
    return 'sent'
  },
}
const app = express()
const io = new Server()
io.use((socket, next) => {
  const { token } = socket.handshake.auth
  if (typeof token !== 'string' || !Object.hasOwn(tokens, token)) return next(new Error('401'))
  socket.user = tokens[token]
  next()
})
io.on('connection', (socket) => {
  users.add(socket.user, socket.id)
  socket.once('disconnect', () => users.remove(socket.user, socket.id))
  socket.on('message', (body, done = () => {}) => {
    if (typeof done !== 'function') return
    try {
      const handler = typeof body.event === 'string' && Object.hasOwn(handlers, body.event) && handlers[body.event]
      if (!handler) throw new Error('unknown event')
      done(handler(socket.user, body.args))
    } catch (error) {
      done(error.message)
    }
  })
})
io.attach(app.listen(process.env.PORT))
process.once('SIGTERM', () => process.exit())`),

  'rooms, a switch, async handlers, websockets only, no listener for SIGTERM': oneFile(`
import { createServer } from 'node:http'
import { setImmediate as breathe } from 'node:timers/promises'
import { Server } from 'socket.io'
${tokens}
const http = createServer((_req, res) => res.end('chat'))
const io = new Server(http, { transports: ['websocket'], pingInterval: 5000, cors: { origin: '*' } })
io.of('/').use(async ({ handshake, data }, next) => {
  await breathe()
  const found = Object.entries(tokens).find(([token]) => token === handshake.auth.token)
  data.name = found?.[1]
  next(found ? undefined : new Error('Please sign in.'))
})
async function act(socket, event, args) {
  switch (event) {
    case 'sendMessage': {
      const { to, text } = args ?? {}
      if (typeof to !== 'string' || typeof text !== 'string') return 'invalid'
      await breathe()
      const message = { from: socket.data.name, to, text, id: Math.random(), at: Date.now() }
      io.to('user/' + to).to('user/' + socket.data.name).emit('message', { event: 'messageSent', args: message, v: 1 })
      return 'ok'
    }
    default:
      return 'no such event'
  }
}
io.on('connect', (socket) => {
  socket.join('user/' + socket.data.name)
  socket.on('message', async (said, answer) => {
    const result = await act(socket, said?.event, said?.args)
    if (typeof answer === 'function') answer(result)
  })
})
http.listen({ port: process.env.PORT, host: '127.0.0.1' })`),

  'no Express, a list of pairs, refusals as an event and without an answer, much to read, a slow start':
    oneFile(`
import { Server } from 'socket.io'
const log = (msg, more) => console.log(JSON.stringify({ level: 30, time: Date.now(), pid: process.pid, msg, ...more }))
await new Promise((resolve) => setTimeout(resolve, 700))
const names = ['ada', 'grace', 'linus']
let here = []
const handlers = new Map([
  ['sendMessage', ({ socket, name, args }) => {
    const { to, text } = args ?? {}
    if (![to, text].every((one) => typeof one === 'string')) return socket.emit('problem', 'bad arguments')
    if (!names.includes(to)) return socket.emit('problem', to + ' has no account')
    for (const one of here.filter((each) => [name, to].includes(each.name)))
      one.socket.emit('message', { args: { from: name, to, text }, event: 'messageSent' })
    return { delivered: true }
  }],
  ['typing', ({ socket }) => socket.broadcast.emit('typing')],
])
const io = new Server(Number(process.env.PORT), { maxHttpBufferSize: 10_000, serveClient: false })
io.use((socket, next) => {
  const name = names.find((one) => socket.handshake.auth.token === 'token-of-' + one)
  log('handshake', { name })
  name ? next() : next(Object.assign(new Error('not authorized'), { data: { code: 401 } }))
})
io.on('connection', (socket) => {
  const name = names.find((one) => socket.handshake.auth.token === 'token-of-' + one)
  here.push({ name, socket })
  socket.emit('message', { event: 'welcome', args: { name } })
  io.emit('message', { event: 'presence', args: { users: here.map((one) => one.name) } })
  socket.onAny((...args) => log('event', { args }))
  socket.on('message', (said, callback) => {
    const handler = handlers.get(said?.event)
    if (!handler) return void socket.emit('problem', 'unknown event')
    const result = handler({ socket, name, args: said.args })
    if (result.delivered) callback instanceof Function && callback(result)
  })
  socket.on('disconnecting', () => {
    here = here.filter((one) => one.socket !== socket)
    io.emit('message', { event: 'presence', args: { users: here.map((one) => one.name) } })
  })
})
process.on('SIGTERM', () => io.close(() => process.kill(process.pid, 'SIGKILL')))`),
}
