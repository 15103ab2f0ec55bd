// A background process that all sessions of this clone share, so that `npm run step` in a second
// terminal uses the same Redis and other instance names. It runs while at least one session is
// connected; a connection ends with its session, however that ended. When this process is
// killed, the reaper ends Redis.
import { randomUUID } from 'node:crypto'
import { type AddressInfo, type Socket, createServer } from 'node:net'
import { UserError, errorMessage } from '../errors.ts'
import { sendSignal } from '../process/processes.ts'
import { reaper } from '../process/reaper-client.ts'
import { type ResolvedRedis, resolveRedis } from '../redis/index.ts'
import { claimAddress } from './daemon-address.ts'
import {
  type Message,
  readJsonLines,
  writeJsonLine,
  stringField,
  numberField,
} from './json-lines.ts'

const firstSessionMs = 15_000
const stopMs = 6_000
const parentPollMs = 200

/** One `npm run step` in some terminal, or the guide. */
interface Session {
  pid: number
  /** What was typed: `npm run step 4 2`. */
  commandLine: string
  /** Names of its instances: `web.1`. */
  names: Set<string>
  /** Its router: the name of the step's folder, and the port. */
  router: { step: string; port: number } | undefined
}

const [generation = 0, parent = 0] = process.argv.slice(2).map(Number)
const sessions = new Set<Session>()
const sockets = new Set<Socket>()
const clientToken = randomUUID()
const serverToken = randomUUID()
let redis: Promise<ResolvedRedis> | undefined
let fetching = false
let shuttingDown = false
let onLastDisconnect: () => void = () => void shutdown()

const server = createServer(onConnection)

function onConnection(socket: Socket): void {
  let session: Session | undefined
  let authenticated = false
  let replies = Promise.resolve() // In the order of the requests.
  socket.on('error', () => {}) // Its 'close' follows.
  socket.on('close', () => {
    sockets.delete(socket)
    if (session) sessions.delete(session)
    if (session && sessions.size === 0) onLastDisconnect()
  })
  readJsonLines(socket, (message) => {
    if (authenticated) replies = replies.then(() => reply(socket, session, message))
    else if (shuttingDown || stringField(message, 'token') !== clientToken) socket.destroy()
    else {
      authenticated = true
      sockets.add(socket)
      session = parseSession(message)
      if (session) sessions.add(session)
      writeJsonLine(socket, { token: serverToken })
    }
  })
}

// `npm run stop` and the slides connect without being a session.
function parseSession(message: Message): Session | undefined {
  const commandLine = stringField(message, 'commandLine')
  if (!commandLine) return undefined
  return { pid: numberField(message, 'pid'), commandLine, names: new Set(), router: undefined }
}

async function reply(socket: Socket, session: Session | undefined, message: Message) {
  const { ask } = message
  const step = stringField(message, 'step')
  if (ask === 'name' && session) {
    writeJsonLine(socket, { name: allocateName(session, stringField(message, 'kind')) })
  }
  if (ask === 'release' && session) session.names.delete(stringField(message, 'name'))
  if (ask === 'router' && session) {
    const port = numberField(message, 'port')
    session.router = port > 0 ? { step, port } : undefined
  }
  if (ask === 'port') writeJsonLine(socket, { port: portOf(step) })
  if (ask === 'redis') writeJsonLine(socket, await getRedis())
  if (ask === 'stop') await stopSessions(socket)
}

// The lowest free number, as a PaaS does.
function allocateName(session: Session, kind: string): string {
  let number = 1
  while (isTaken(`${kind}.${number}`)) number += 1
  const name = `${kind}.${number}`
  session.names.add(name)
  return name
}

function isTaken(name: string): boolean {
  return [...sessions].some(({ names }) => names.has(name))
}

// Of several sessions of a step the newest; 0 when it does not run.
function portOf(step: string): number {
  const routers = [...sessions].map(({ router }) => router)
  return routers.findLast((router) => router?.step === step)?.port ?? 0
}

async function getRedis(): Promise<Message> {
  try {
    redis ??= startRedis()
    const { url, describe, upstream } = await redis
    return { url, describe, host: upstream.host, port: upstream.port }
  } catch (error) {
    redis = undefined // The next session tries again.
    return { problem: errorMessage(error), known: error instanceof UserError }
  }
}

async function startRedis(): Promise<ResolvedRedis> {
  const { REDIS_URL: _given, ...env } = process.env
  fetching = true
  try {
    return await resolveRedis({ env, log: broadcast, reaper, keepRunning: true })
  } finally {
    fetching = false
  }
}

function broadcast(line: string): void {
  for (const socket of sockets) writeJsonLine(socket, { log: line })
}

// For `npm run stop`. A session that does not stop in time is killed; its reaper does the rest.
async function stopSessions(socket: Socket): Promise<void> {
  shuttingDown = true
  const stopped = [...sessions].map(describeSession)
  const signalAll = (signal: NodeJS.Signals) => {
    for (const { pid } of sessions) sendSignal(pid, signal)
  }
  const timer = setTimeout(() => signalAll('SIGKILL'), stopMs)
  await new Promise<void>((resolve) => {
    onLastDisconnect = resolve
    signalAll('SIGTERM')
    if (sessions.size === 0) resolve()
  })
  clearTimeout(timer)
  const running = fetching ? undefined : await redis?.catch(() => undefined)
  writeJsonLine(socket, { stopped, redis: running?.describe ?? '' })
  socket.end(() => void shutdown())
}

function describeSession({ commandLine, names }: Session): string {
  return names.size > 0 ? `${commandLine} (${[...names].join(', ')})` : commandLine
}

async function shutdown(): Promise<void> {
  onLastDisconnect = () => {}
  shuttingDown = true // A session that connects from now on starts the next daemon.
  server.close()
  // Whatever fetches a Redis at this moment is in our process group.
  if (fetching && process.platform !== 'win32') process.kill(-process.pid, 'SIGKILL')
  const running = await redis?.catch(() => undefined)
  await running?.stop()
  process.exit(0)
}

process.on('SIGINT', () => {}) // Ctrl+C in a terminal ends the session there, not this process.
process.on('SIGHUP', () => {})
process.on('SIGTERM', () => void shutdown())
process.stdout.on('error', () => {}) // The session that started us may have ended.

server.listen(0, '127.0.0.1', () => void open())

async function open(): Promise<void> {
  const { port } = addressOf(server.address())
  const address = { port, pid: process.pid, clientToken, serverToken }
  const mine = await claimAddress(generation, address)
  console.log(mine ? 'ready' : 'taken')
  if (!mine) process.exit(0)
  waitForFirstSession()
}

// The session that started this process can end before it connects. Windows does not show it.
function waitForFirstSession(): void {
  const began = performance.now()
  const timer = setInterval(() => {
    if (sessions.size > 0) return clearInterval(timer)
    const late = performance.now() - began > firstSessionMs
    const alone = process.platform !== 'win32' && process.ppid !== parent
    if (late || alone) onLastDisconnect()
  }, parentPollMs)
  timer.unref()
}

function addressOf(address: string | AddressInfo | null): AddressInfo {
  if (typeof address === 'object' && address) return address
  throw new Error('the daemon does not listen on a port')
}
