import { type RightAnswers, combine, replaceIn, writeFile } from '../../workshop/check/suite.ts'
import { inSubscriptions, leaving, subscribing, whenBack } from './edits.ts'

const closesAllWhenLost = combine(
  replaceIn(
    'chat.ts',
    "      client.on('ready', redisIsBack)\n",
    "      client2.on('error', () => {\n        for (const socket of socketsState.all()) socket.conn.close()\n      })\n",
  ),
  replaceIn(
    'chat.ts',
    '    for (const socket of socketsState.all()) void catchUp(socket)',
    '    void catchUp',
  ),
)

/** Other ways to be right, which a check could wrongly reject. */
export const rightAnswers: RightAnswers = {
  'a command for each user, at once, and UNSUBSCRIBE a second after the last device has left':
    subscribing({
      more: 'const entries = new Map()',
      refresh: `const entry = entries.get(user) ?? {}
  entries.set(user, entry)
  clearTimeout(entry.timer)
  if (!socketsState.has(user)) {
    entry.timer = setTimeout(() => {
      entries.delete(user)
      client2.unsubscribe(channelOf(user), onMessage).catch(() => {})
    }, 1000)
    return
  }
  entry.confirmed ??= client2.subscribe(channelOf(user), onMessage)
  try {
    await entry.confirmed
  } catch (error) {
    if (entries.get(user) === entry) entries.delete(user)
    throw error
  }
  if (!client2.isReady) throw new Error('offline')`,
    }),

  'sharded channels: SSUBSCRIBE and SPUBLISH': combine(
    inSubscriptions('client2.subscribe(', 'client2.sSubscribe('),
    inSubscriptions('client2.unsubscribe(', 'client2.sUnsubscribe('),
    replaceIn('dispatch.ts', '  client.publish(', '  client.sPublish('),
    replaceIn('store-script.ts', "redis.call('PUBLISH'", "redis.call('SPUBLISH'"),
  ),

  'a device is accepted when it is subscribed, with RESP2, and closed when Redis is lost':
    combine(
      subscribing({
        more: `const counts = new Map()
const pending = new Map()
export function enter(user) {
  counts.set(user, (counts.get(user) ?? 0) + 1)
  if (counts.get(user) > 1) return
  const subscription = client2.subscribe(channelOf(user), onMessage)
  subscription.catch(() => {})
  pending.set(user, subscription)
}
export function leave(user) {
  counts.set(user, counts.get(user) - 1)
  if (counts.get(user) > 0) return
  counts.delete(user)
  pending.delete(user)
  unsubscribe(user)
}
function unsubscribe(user) {
  client2.unsubscribe(channelOf(user), onMessage).catch(() => {
    client2.once('ready', () => counts.has(user) || unsubscribe(user))
  })
}`,
        refresh: `await pending.get(user)
  if (!client2.isReady) throw new Error('offline')`,
      }),
      leaving('void refresh'),
      closesAllWhenLost,
      replaceIn('redis-client.ts', 'createClient({ url,', 'createClient({ url, RESP: 2,'),
      replaceIn('chat.ts', 'openSubscriptions }', 'enter, leave, openSubscriptions, refresh }'),
      replaceIn(
        'chat.ts',
        '  io.use(onAuth)\n',
        `  io.use(onAuth)
  io.use(async (socket, next) => {
    const { user } = socket.data
    enter(user)
    socket.conn.once('close', () => leave(user))
    try {
      await refresh(user)
      next()
    } catch {
      socket.conn.close()
    }
  })
`,
      ),
    ),

  'after an outage all devices wait, and one history is read after the other':
    whenBack(`    const sockets = [...socketsState.all()]
    for (const socket of sockets) socket.data.waiting ??= []
    for (const socket of sockets) await catchUp(socket)`),

  'one connection for everything': combine(
    replaceIn('chat.ts', '  const client2 = newClient()', '  const client2 = client'),
    inSubscriptions('  await client2.connect()\n', ''),
    replaceIn('chat.ts', '      client2.destroy()\n', ''),
  ),

  'what is wanted and what is there are compared every 20 ms': subscribing({
    more: `import { EventEmitter, once } from 'node:events'
const subscribed = new Set()
const changes = new EventEmitter().setMaxListeners(0)
let waiting = new Set()`,
    start: `const pass = async () => {
    const users = waiting
    waiting = new Set()
    try {
      if (!client2.isReady) throw new Error('offline')
      for (const user of users) {
        if (socketsState.has(user) && subscribed.has(user)) users.delete(user)
      }
      const [come, left] = [[], []]
      for (const user of users) (socketsState.has(user) ? come : left).push(user)
      await client2.subscribe(come.map(channelOf), onMessage)
      for (const user of come) subscribed.add(user)
      await client2.unsubscribe(left.map(channelOf), onMessage)
      for (const user of left) subscribed.delete(user)
      changes.emit('pass')
    } catch {
      for (const user of users) waiting.add(user)
      changes.emit('lost')
    }
    setTimeout(pass, 20)
  }
  void pass()`,
    refresh: `waiting.add(user)
  const lost = once(changes, 'lost').then(() => { throw new Error('offline') })
  lost.catch(() => {})
  while (socketsState.has(user) && (waiting.has(user) || !subscribed.has(user))) {
    await Promise.race([once(changes, 'pass'), lost])
  }`,
  }),

  'one file in CommonJS: rooms, and the events of their adapter': writeFile(
    'index.ts',
    `const { createServer } = require('node:http')
const { createHmac } = require('node:crypto')
const express = require('express')
const { createClient } = require('redis')
const { Server } = require('socket.io')
const make = () => createClient({ url: process.env.REDIS_URL, disableOfflineQueue: true }).on('error', () => {})
const [db, sub] = [make(), make()]
const app = express().use(express.json())
const server = createServer(app)
const io = new Server(server, { transports: ['websocket'] })
const sign = (user) => user + '.' + createHmac('sha256', process.env.JWT_SECRET).update(user).digest('hex')
const verify = (token) => {
  const user = String(token).split('.')[0]
  return token === sign(user) ? user : undefined
}
app.post('/login', (req, res) => res.send({ token: sign(req.body.user) }))
app.get('/state', (req, res) => res.send({ devices: {} }))

const script = \`
local id = redis.call('INCR', 'id')
local message = cjson.decode(ARGV[1])
message.id = id
local json = cjson.encode(message)
for i = 2, #ARGV do
  redis.call('ZADD', 'inbox ' .. ARGV[i], id, json)
  redis.call('ZREMRANGEBYRANK', 'inbox ' .. ARGV[i], 0, -102)
  redis.call('PUBLISH', 'user: ' .. ARGV[i], json)
end
return id\`
const subscriptions = new Map()
const deliver = (json, channel) => {
  for (const id of io.sockets.adapter.rooms.get(channel) ?? []) receive(io.sockets.sockets.get(id), JSON.parse(json))
}
io.sockets.adapter.on('create-room', (room) => {
  if (!room.startsWith('user: ')) return
  const subscription = sub.subscribe(room, deliver)
  subscription.catch(() => {})
  subscriptions.set(room, subscription)
})
io.sockets.adapter.on('delete-room', (room) => {
  if (subscriptions.delete(room)) unsubscribe(room)
})
const unsubscribe = (room) => {
  sub.unsubscribe(room, deliver).catch(() => {
    sub.once('ready', () => subscriptions.has(room) || unsubscribe(room))
  })
}
const receive = (socket, message) => {
  const { queue, last } = socket.data
  if (queue) return queue.push(message)
  if (message.id <= last) return
  socket.data.last = message.id
  socket.emit('message', { event: 'messageSent', args: message })
}
io.use((socket, next) => {
  const user = verify(socket.handshake.auth.token)
  socket.data = { user, last: socket.handshake.auth.lastId, queue: [] }
  next(user ? undefined : new Error('who?'))
})
io.on('connection', async (socket) => {
  const { user, queue } = socket.data
  socket.on('message', async ({ args: { to, text } }, reply = () => {}) => {
    const receivers = [...new Set([user, to])]
    try {
      await db.eval(script, { arguments: [JSON.stringify({ from: user, to, text }), ...receivers] })
      reply({ ok: true })
    } catch (error) {
      reply({ error: error.message })
    }
  })
  const room = 'user: ' + user
  socket.join(room)
  try {
    await subscriptions.get(room)
    if (!sub.isReady) throw new Error('offline')
    const { last } = socket.data
    const missed = last ? await db.zRangeByScore('inbox ' + user, '(' + last, '+inf') : []
    if (!sub.isReady) throw new Error('offline')
    socket.data.last ??= 0
    socket.data.queue = undefined
    for (const one of missed) receive(socket, JSON.parse(one))
    for (const one of queue) receive(socket, one)
    socket.emit('message', { event: 'caughtUp', args: { gap: false } })
  } catch {
    socket.conn.close()
  }
})
async function main() {
  await Promise.all([db.connect(), sub.connect()])
  // The devices come back with the last id that they have.
  sub.on('error', () => {
    for (const socket of io.sockets.sockets.values()) socket.conn.close()
  })
  server.listen(process.env.PORT)
}
void main()`,
  ),
}
