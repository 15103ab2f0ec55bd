// A small process beside the runners of this clone, so that `npm run step` in a second
// terminal joins the first. It owns the private Redis and numbers the instances. It lives
// as long as at least one runner is connected to it; a connection ends with its runner
// however that went. The reaper ends Redis should this process be killed.
import { randomUUID } from 'node:crypto'
import { type AddressInfo, type Socket, createServer } from 'node:net'
import { UserError, errorMessage } from '../errors.ts'
import { type ResolvedRedis, resolveRedis } from '../redis/index.ts'
import { claimAddress } from './daemon-address.ts'
import {
  type Message,
  readJsonLines,
  writeJsonLine,
  stringField,
  numberField,
} from './json-lines.ts'
import { trackGroup, startReaper } from '../process/reaper-client.ts'
import { type Session, SessionRegistry } from './session-registry.ts'

const firstRunnerMs = 15_000
const stopMs = 6_000

const sessions = new SessionRegistry()
const sockets = new Set<Socket>()
const password = randomUUID()
const answer = randomUUID()
let redis: Promise<ResolvedRedis> | undefined
let fetching = false
let shuttingDown = false
let onLastDisconnect: () => void = () => void shutdown()

const server = createServer(onConnection)

function onConnection(socket: Socket): void {
  let runner: Session | undefined
  let known = false
  let earlier = Promise.resolve() // Answers go out in the order of the questions.
  socket.on('error', () => {})
  socket.on('close', () => {
    sockets.delete(socket)
    if (runner) sessions.remove(runner)
    if (runner && sessions.size === 0) onLastDisconnect()
  })
  readJsonLines(socket, (message) => {
    if (known) earlier = earlier.then(() => reply(socket, runner, message))
    else if (shuttingDown || stringField(message, 'password') !== password) socket.destroy()
    else {
      known = true
      sockets.add(socket)
      runner = parseSession(message)
      if (runner) sessions.add(runner)
      writeJsonLine(socket, { answer })
    }
  })
}

// `npm run stop` says who it is without being a runner.
function parseSession(message: Message): Session | undefined {
  const commandLine = stringField(message, 'what')
  return commandLine ? { pid: numberField(message, 'pid'), commandLine } : undefined
}

async function reply(socket: Socket, runner: Session | undefined, message: Message) {
  const { ask } = message
  if (ask === 'name' && runner) {
    writeJsonLine(socket, { name: sessions.allocateName(runner, stringField(message, 'kind')) })
  }
  if (ask === 'free' && runner) sessions.releaseName(runner, stringField(message, 'name'))
  if (ask === 'open' && runner) {
    sessions.setRouter(runner, {
      step: stringField(message, 'step'),
      port: numberField(message, 'port'),
    })
  }
  if (ask === 'port')
    writeJsonLine(socket, { port: sessions.portOf(stringField(message, 'step')) })
  if (ask === 'redis') writeJsonLine(socket, await getRedis())
  if (ask === 'stop') await stopSessions(socket)
}

async function getRedis(): Promise<Message> {
  try {
    redis ??= startRedis()
    const { url, describe, upstream } = await redis
    return { url, describe, host: upstream.host, port: upstream.port }
  } catch (error) {
    redis = undefined // The next one may have more luck.
    return { problem: errorMessage(error), known: error instanceof UserError }
  }
}

async function startRedis(): Promise<ResolvedRedis> {
  const { REDIS_URL: _given, ...env } = process.env
  fetching = true
  await startReaper()
  try {
    return await resolveRedis({
      env,
      say: (line) => sockets.forEach((socket) => writeJsonLine(socket, { say: line })),
      onSpawn: trackGroup,
    })
  } finally {
    fetching = false
  }
}

// For `npm run stop`. A runner that does not listen is killed; its reaper does the rest.
async function stopSessions(socket: Socket): Promise<void> {
  shuttingDown = true
  const stopped = sessions.describe()
  const timer = setTimeout(() => sessions.signal('SIGKILL'), stopMs)
  await new Promise<void>((resolve) => {
    onLastDisconnect = resolve
    sessions.signal('SIGTERM')
    if (sessions.size === 0) resolve()
  })
  clearTimeout(timer)
  const chosen = fetching ? undefined : await redis?.catch(() => undefined)
  writeJsonLine(socket, { stopped, redis: chosen?.describe ?? '' })
  socket.end(() => void shutdown())
}

async function shutdown(): Promise<void> {
  onLastDisconnect = () => {}
  shuttingDown = true // Whoever comes now finds no keeper, and starts the next.
  server.close()
  // What is fetching a Redis at this moment is in our process group.
  if (fetching && process.platform !== 'win32') process.kill(-process.pid, 'SIGKILL')
  const chosen = await redis?.catch(() => undefined)
  await chosen?.stop()
  process.exit(0)
}

process.on('SIGINT', () => {})
process.on('SIGHUP', () => {})
process.on('SIGTERM', () => void shutdown())
process.stdout.on('error', () => {}) // The runner that started us may be gone already.

server.listen(0, '127.0.0.1', () => void open())

async function open(): Promise<void> {
  const generation = Number(process.argv[2])
  const { port } = addressOf(server.address())
  const mine = await claimAddress(generation, { port, pid: process.pid, password, answer })
  console.log(mine ? 'ready' : 'taken')
  if (!mine) process.exit(0)
  setTimeout(() => sessions.size === 0 && onLastDisconnect(), firstRunnerMs).unref()
}

function addressOf(address: string | AddressInfo | null): AddressInfo {
  if (typeof address === 'object' && address) return address
  throw new Error('the keeper does not listen on a port')
}
