// A small process beside the runners of this clone, so that `npm run step` in a second
// terminal joins the first. It owns the private Redis and numbers the instances. It lives
// as long as at least one runner is connected to it; a connection ends with its runner
// however that went. The reaper ends Redis should this process be killed.
import { randomUUID } from 'node:crypto'
import { type AddressInfo, type Socket, createServer } from 'node:net'
import { UserError, messageOf } from '../errors.ts'
import { type ChosenRedis, chooseRedis } from '../redis/index.ts'
import { claim } from './keeper-file.ts'
import { type Message, readMessages, sendMessage, textIn, numberIn } from './messages.ts'
import { register, startReaper } from './reap.ts'
import { type Runner, Runners } from './runners.ts'

const firstRunnerMs = 15_000
const stopMs = 6_000

const runners = new Runners()
const sockets = new Set<Socket>()
const password = randomUUID()
const answer = randomUUID()
let redis: Promise<ChosenRedis> | undefined
let fetching = false
let leaving = false
let onAlone: () => void = () => void leave()

const server = createServer(welcome)

function welcome(socket: Socket): void {
  let runner: Runner | undefined
  let known = false
  let earlier = Promise.resolve() // Answers go out in the order of the questions.
  socket.on('error', () => {})
  socket.on('close', () => {
    sockets.delete(socket)
    if (runner) runners.remove(runner)
    if (runner && runners.size === 0) onAlone()
  })
  readMessages(socket, (message) => {
    if (known) earlier = earlier.then(() => reply(socket, runner, message))
    else if (leaving || textIn(message, 'password') !== password) socket.destroy()
    else {
      known = true
      sockets.add(socket)
      runner = runnerIn(message)
      if (runner) runners.add(runner)
      sendMessage(socket, { answer })
    }
  })
}

// `npm run stop` says who it is without being a runner.
function runnerIn(message: Message): Runner | undefined {
  const what = textIn(message, 'what')
  return what ? { pid: numberIn(message, 'pid'), what } : undefined
}

async function reply(socket: Socket, runner: Runner | undefined, message: Message) {
  const { ask } = message
  if (ask === 'name' && runner) {
    sendMessage(socket, { name: runners.nameFor(runner, textIn(message, 'kind')) })
  }
  if (ask === 'free' && runner) runners.free(runner, textIn(message, 'name'))
  if (ask === 'open' && runner) {
    runners.open(runner, { step: textIn(message, 'step'), port: numberIn(message, 'port') })
  }
  if (ask === 'port') sendMessage(socket, { port: runners.portOf(textIn(message, 'step')) })
  if (ask === 'redis') sendMessage(socket, await redisFor())
  if (ask === 'stop') await stopAll(socket)
}

async function redisFor(): Promise<Message> {
  try {
    redis ??= ownRedis()
    const { url, describe, upstream } = await redis
    return { url, describe, host: upstream.host, port: upstream.port }
  } catch (error) {
    redis = undefined // The next one may have more luck.
    return { problem: messageOf(error), known: error instanceof UserError }
  }
}

async function ownRedis(): Promise<ChosenRedis> {
  const { REDIS_URL: _given, ...env } = process.env
  fetching = true
  await startReaper()
  try {
    return await chooseRedis({
      env,
      say: (line) => sockets.forEach((socket) => sendMessage(socket, { say: line })),
      onSpawn: register,
    })
  } finally {
    fetching = false
  }
}

// For `npm run stop`. A runner that does not listen is killed; its reaper does the rest.
async function stopAll(socket: Socket): Promise<void> {
  leaving = true
  const stopped = runners.describe()
  const timer = setTimeout(() => runners.signal('SIGKILL'), stopMs)
  await new Promise<void>((resolve) => {
    onAlone = resolve
    runners.signal('SIGTERM')
    if (runners.size === 0) resolve()
  })
  clearTimeout(timer)
  const chosen = fetching ? undefined : await redis?.catch(() => undefined)
  sendMessage(socket, { stopped, redis: chosen?.describe ?? '' })
  socket.end(() => void leave())
}

async function leave(): Promise<void> {
  onAlone = () => {}
  leaving = true // Whoever comes now finds no keeper, and starts the next.
  server.close()
  // What is fetching a Redis at this moment is in our process group.
  if (fetching && process.platform !== 'win32') process.kill(-process.pid, 'SIGKILL')
  const chosen = await redis?.catch(() => undefined)
  await chosen?.stop()
  process.exit(0)
}

process.on('SIGINT', () => {})
process.on('SIGHUP', () => {})
process.on('SIGTERM', () => void leave())
process.stdout.on('error', () => {}) // The runner that started us may be gone already.

server.listen(0, '127.0.0.1', () => void open())

async function open(): Promise<void> {
  const generation = Number(process.argv[2])
  const { port } = addressOf(server.address())
  const mine = await claim(generation, { port, pid: process.pid, password, answer })
  console.log(mine ? 'ready' : 'taken')
  if (!mine) process.exit(0)
  setTimeout(() => runners.size === 0 && onAlone(), firstRunnerMs).unref()
}

function addressOf(address: string | AddressInfo | null): AddressInfo {
  if (typeof address === 'object' && address) return address
  throw new Error('the keeper does not listen on a port')
}
