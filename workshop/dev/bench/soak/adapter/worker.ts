// A cluster worker: a room for each user, and @socket.io/redis-adapter between the workers.
import { createServer } from 'node:http'
import { createAdapter } from '@socket.io/redis-adapter'
import { createClient } from 'redis'
import { type DefaultEventsMap, Server, type Socket } from 'socket.io'

type UserSocket = Socket<
  DefaultEventsMap,
  DefaultEventsMap,
  DefaultEventsMap,
  { user: string; device?: string }
>
type Answer = { ok: true } | { error: string }

const { DYNO: instance, PORT, REDIS_URL: url = '' } = process.env
const tokens = new Map([
  ['token-of-ada', 'ada'],
  ['token-of-grace', 'grace'],
  ['token-of-linus', 'linus'],
])

const server = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ instance }))
})
const io = new Server(server, { transports: ['websocket'] })

/** Starts the chat of this process. */
export async function startWorker(): Promise<void> {
  const publisher = createClient({ url }).on('error', console.error)
  const subscriber = publisher.duplicate().on('error', console.error)
  await Promise.all([publisher.connect(), subscriber.connect()])
  io.adapter(createAdapter(publisher, subscriber))
  io.use((socket: UserSocket, next) => {
    const user = tokens.get(socket.handshake.auth['token'])
    if (!user) return next(new Error('unknown token'))
    socket.data.user = user
    next()
  })
  io.on('connection', onConnection)
  server.listen(PORT)
}

function onConnection(socket: UserSocket): void {
  void socket.join(socket.data.user)
  socket.on('disconnect', () => {
    const { user, device } = socket.data
    if (device) dispatch(user, 'deviceGone', { device, instance })
  })
  socket.on('message', (envelope: unknown, reply: unknown) => {
    const answer = handle(socket, envelope)
    if (typeof reply === 'function') reply(answer)
  })
}

function handle(socket: UserSocket, envelope: unknown): Answer {
  const { event, args } = fieldsOf(envelope)
  if (event === 'hello') return hello(socket, fieldsOf(args))
  if (event === 'sendMessage') return sendMessage(socket, fieldsOf(args))
  return { error: 'unknown event' }
}

function hello(socket: UserSocket, { device, name }: Record<string, unknown>): Answer {
  if (!isText(device) || !isText(name)) return { error: 'expected a device and a name' }
  socket.data.device = device
  dispatch(socket.data.user, 'deviceHere', { device, name, instance })
  return { ok: true }
}

function sendMessage(socket: UserSocket, { to, text }: Record<string, unknown>): Answer {
  if (!isText(to) || !isText(text)) return { error: 'expected a user and a text' }
  const from = socket.data.user
  for (const user of new Set([from, to])) dispatch(user, 'messageSent', { from, to, text })
  return { ok: true }
}

function dispatch(user: string, event: string, args: object): void {
  io.to(user).emit('message', { event, args })
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= 1000
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
