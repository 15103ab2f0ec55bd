import { type RightAnswers, combine, replaceIn, writeFile } from '../../workshop/check/suite.ts'
import { inAuth, inHistory, missing, reading, separately, storing } from './edits.ts'

// Disconnects a device when its token expires, in another way.
const disconnecting = (code: string) =>
  inAuth(
    `  let timer: NodeJS.Timeout
  wait()
  socket.once('disconnect', () => clearTimeout(timer))

  function wait(): void {
    const left = socket.data.expiresAt - Date.now()
    if (left <= 0) socket.disconnect(true)
    else timer = setTimeout(wait, Math.min(left, MAX_TIMEOUT_MS))
  }`,
    code,
  )

const once = (code: string) => `  const first = await client.set(sent, '1', {
    condition: 'NX',
    expiration: { type: 'EX', value: 600 },
  })
  if (!first) return
  try {
${code}
  } catch (error) {
    await client.del(sent)
    throw error
  }`

const numbers = combine(
  replaceIn(
    'catch-up.ts',
    "typeof lastId !== 'string' || !/^\\d+(-\\d+)?$/.test(lastId)",
    "typeof lastId !== 'number'",
  ),
  inHistory('missedBy(user: string, lastId: string)', 'missedBy(user: string, lastId: number)'),
  inHistory('  id: string\n', '  id: number\n'),
  inHistory('inOrder(a.id, b.id)', 'a.id - b.id'),
)

/** Other ways to be right, that a narrow-minded check would turn down. */
export const rightAnswers: RightAnswers = {
  'a sorted set with ZADD NX, ids that count from 1, published when stored': combine(
    numbers,
    // The member has no id in it, so that what is sent again is the same member.
    storing(`  const member = JSON.stringify({ ...message, clientId })
  const id = await client.incr('last-id')
  const added = await client.zAdd(key, { score: id, value: member }, { condition: 'NX' })
  await client.zRemRangeByRank(key, 0, -KEPT - 2)
  if (added) publish(id)`),
    reading(`  const all = await client.zRangeWithScores(key, -KEPT, -1)
  return all.map(({ value, score }) => ({ ...JSON.parse(value), id: score }))`),
    missing(`  const found = await Promise.all(
    streams.map(({ key, id }) => client.zRangeByScoreWithScores(key, '(' + id, '+inf')),
  )
  const messages = found.flatMap((all) =>
    all.slice(-KEPT).map(({ value, score }) => ({ ...JSON.parse(value), id: score })),
  )`),
  ),

  'lists, in a transaction with what is published, and SET NX for the clientId': combine(
    storing(
      once(`    const id = Date.now() + '-' + (await client.incr('last-id'))
    const json = JSON.stringify({ ...message, id })
    const transaction = client.multi().lPush(key, json).lTrim(key, 0, KEPT)
    for (const user of new Set([from, to])) {
      const event = { event: 'messageSent', id: user, args: { ...message, id, at: new Date() } }
      transaction.publish('outgoing_socket_message', JSON.stringify(event))
    }
    await transaction.exec()`),
    ),
    reading(`  const all = await client.lRange(key, 0, KEPT - 1)
  return all.reverse().map((json) => JSON.parse(json))`),
    missing(`  const newer = (one, other) => one.id.localeCompare(other, 'en', { numeric: true }) > 0
  const found = await Promise.all(
    streams.map(async ({ key, id }) => {
      const all = (await client.lRange(key, 0, -1)).map((json) => JSON.parse(json))
      return all.filter((one) => newer(one, id)).reverse()
    }),
  )
  const messages = found.flatMap((all) => all.slice(-KEPT))`),
  ),

  'the conversations are read in a transaction, and ids are compared as numbers': combine(
    missing(`  let transaction = client.multi()
  for (const { key, id } of streams) transaction = transaction.xRange(key, '(' + id, '+')
  const found = await transaction.exec()
  const messages = found.flatMap((all) => all.slice(-KEPT).map(toMessage))`),
    inHistory(
      "  const inOrder = new Intl.Collator('en', { numeric: true }).compare\n",
      `  const numbers = (id) => id.split('-').map(BigInt)
  const inOrder = (one, other) => {
    const [[time, count], [otherTime, otherCount]] = [numbers(one), numbers(other)]
    return Number(time - otherTime || count - otherCount)
  }
`,
    ),
  ),

  'a stream that is trimmed about, published when stored': separately(
    once(`    const entry = { json: JSON.stringify(message) }
    const id = await client.xAdd(key, '*', entry, {
      TRIM: { strategy: 'MAXLEN', strategyModifier: '~', threshold: KEPT + 1 },
    })
    publish(id)`),
  ),

  'a timer of a day at a time, which is awaited': combine(
    inAuth(
      "import { jwtVerify, SignJWT } from 'jose'",
      `import { setTimeout as delay } from 'node:timers/promises'
import { jwtVerify, SignJWT } from 'jose'`,
    ),
    disconnecting(
      `  const gone = new AbortController()
  socket.once('disconnect', () => gone.abort())
  void wait().catch(() => {})

  async function wait(): Promise<void> {
    for (;;) {
      const left = socket.data.expiresAt - new Date().getTime()
      if (left <= 0) break
      await delay(Math.min(left, 86_400_000), undefined, { signal: gone.signal })
    }
    socket.disconnect(true)
  }`,
    ),
  ),

  'signed by hand with HS512, more claims, a sweep instead of timers': combine(
    inAuth(
      "import { jwtVerify, SignJWT } from 'jose'",
      `import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
const decode = (part) => JSON.parse(Buffer.from(part, 'base64url').toString())
const sign = (text) => createHmac('sha512', secretKey()).update(text).digest()
const connected = new Set()
setInterval(() => {
  for (const socket of connected) if (socket.data.expiresAt <= Date.now()) socket.disconnect()
}, 200).unref()`,
    ),
    inAuth(
      '  return new SignJWT()\n    .setProtectedHeader({ alg: ALGORITHM })\n    .setSubject(user)\n    .setIssuer(ISSUER)\n    .setAudience(AUDIENCE)\n    .setExpirationTime(LIFETIME)\n    .sign(secretKey())',
      `  const iat = Math.floor(Date.now() / 1000)
  const claims = { jti: randomUUID(), iss: 'a', aud: ['b'], sub: user, iat, exp: iat + 7 * 86400 }
  const text = encode({ typ: 'JWT', alg: 'HS512' }) + '.' + encode({ ...claims, name: user })
  return Promise.resolve(text + '.' + sign(text).toString('base64url'))`,
    ),
    inAuth(
      `  const { payload } = await jwtVerify(String(token), secretKey(), {
    algorithms: [ALGORITHM],
    issuer: ISSUER,
    audience: AUDIENCE,
    requiredClaims: ['sub', 'exp'],
  })`,
      `  const [header, claims, signature] = String(token).split('.')
  const wanted = sign(header + '.' + claims)
  const given = Buffer.from(signature, 'base64url')
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw new Error('no')
  const payload = decode(claims)
  if (decode(header).alg !== 'HS512' || payload.exp * 1000 <= Date.now()) throw new Error('no')
  if (payload.iss !== 'a' || payload.aud?.[0] !== 'b') throw new Error('no')`,
    ),
    disconnecting(
      `  connected.add(socket)
  socket.once('disconnect', () => connected.delete(socket))`,
    ),
  ),

  'one file in CommonJS: RESP2, rooms, the redis package for pub/sub, an inbox for each user':
    writeFile(
      'index.ts',
      `const { createServer } = require('node:http')
const express = require('express')
const { createClient } = require('redis')
const { Server } = require('socket.io')
const secret = Buffer.from(process.env.JWT_SECRET ?? '')
if (secret.length < 32) {
  console.error('JWT_SECRET: 32 bytes or more, please')
  process.exit(1)
}
const users = ['ada', 'grace', 'linus']
const jose = import('jose')
const make = () => createClient({ url: process.env.REDIS_URL, RESP: 2 }).on('error', () => {})
const [db, sub] = [make(), make()]
const app = express().use(express.json())
const server = createServer(app)
const io = new Server(server)
const key = (a, b) => 'talk ' + [a, b].sort().join(' ')
const verify = async (token) => {
  const { jwtVerify } = await jose
  const rules = { algorithms: ['HS256'], issuer: 'me', audience: 'you' }
  return (await jwtVerify(token ?? '', secret, rules)).payload
}
app.post('/login', async (req, res) => {
  if (!users.includes(req.body?.user)) return res.status(403).end()
  const { SignJWT } = await jose
  const claims = { iss: 'me', aud: 'you', sub: req.body.user }
  const token = new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('2d')
  res.send({ token: await token.sign(secret), user: req.body.user })
})
app.get('/history', async (req, res) => {
  const me = await verify(req.headers.authorization?.split(' ')[1]).catch(() => undefined)
  if (!me) return res.sendStatus(401)
  if (req.query.user && req.query.user !== me.sub) return res.sendStatus(403)
  const all = await db.lRange(key(me.sub, req.query.with), -50, -1)
  res.json({ messages: all.map((one) => JSON.parse(one)) })
})
app.get('/state', async (req, res) => {
  const counts = users.map((user) => [user, io.sockets.adapter.rooms.get(user)?.size ?? 0])
  res.json({ devices: Object.fromEntries(counts.filter(([, count]) => count)) })
})
// One step for Redis: nothing is stored twice, and nothing overtakes.
const add = \`
if redis.call('HEXISTS', KEYS[3], ARGV[2]) == 1 then return 0 end
local message = cjson.decode(ARGV[1])
message.id = redis.call('INCR', 'id')
local json = cjson.encode(message)
redis.call('RPUSH', KEYS[1], json)
redis.call('LTRIM', KEYS[1], -50, -1)
for i = 3, #ARGV do
  redis.call('ZADD', 'inbox ' .. ARGV[i], message.id, json)
  redis.call('ZREMRANGEBYRANK', 'inbox ' .. ARGV[i], 0, -152)
  redis.call('PUBLISH', 'to ' .. ARGV[i], json)
end
redis.call('HSET', KEYS[3], ARGV[2], 1)
redis.call('EXPIRE', KEYS[3], 3600)
return message.id\`
io.use((socket, next) => {
  verify(socket.handshake.auth.token).then(
    ({ sub: user, exp }) => {
      socket.data = { user, exp, last: socket.handshake.auth.lastId ?? 0, queue: [] }
      next()
    },
    () => next(new Error('unauthorized')),
  )
})
const send = (socket, message) => {
  if (message.id <= socket.data.last) return
  socket.data.last = message.id
  socket.emit('message', { event: 'messageSent', args: message })
}
io.on('connection', async (socket) => {
  const { user, exp, last } = socket.data
  socket.join(user)
  const expiry = setInterval(() => Date.now() >= exp * 1000 && socket.disconnect(), 300)
  socket.on('disconnect', () => clearInterval(expiry))
  socket.on('message', async (envelope, reply = () => {}) => {
    const { to, text, clientId = Math.random() } = envelope?.args ?? {}
    if (envelope?.event !== 'sendMessage' || !users.includes(to) || !text) return reply({ error: 'what?' })
    const keys = [key(user, to), 'id', 'seen ' + user]
    const values = [JSON.stringify({ from: user, to, text }), String(clientId), ...new Set([user, to])]
    try {
      await db.eval(add, { keys, arguments: values })
      reply({ stored: true })
    } catch (error) {
      reply({ error: error.message })
    }
  })
  if (last) {
    const missed = await db.zRangeByScore('inbox ' + user, '(' + last, '+inf')
    const talks = {}
    for (const one of missed) (talks[JSON.parse(one).from] ??= []).push(one)
    for (const one of missed) send(socket, JSON.parse(one))
    for (const one of socket.data.queue) send(socket, one)
    const gap = Object.values(talks).some((all) => all.length > 50)
    socket.emit('message', { event: 'caughtUp', args: { gap } })
  }
  for (const one of socket.data.queue) send(socket, one)
  socket.data.queue = undefined
})
async function main() {
  await Promise.all([db.connect(), sub.connect()])
  await sub.pSubscribe('to *', (json, channel) => {
    const message = JSON.parse(json)
    for (const id of io.sockets.adapter.rooms.get(channel.slice(3)) ?? []) {
      const socket = io.sockets.sockets.get(id)
      if (socket.data.queue) socket.data.queue.push(message)
      else send(socket, message)
    }
  })
  server.listen(process.env.PORT)
}
void main()`,
    ),
}
