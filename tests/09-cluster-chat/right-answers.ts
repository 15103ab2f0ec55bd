import { type RightAnswers, combine, replaceIn, writeFile } from '../../workshop/check/suite.ts'
import { replaces } from './edits.ts'

/** Other ways to be right, that a narrow-minded check would turn down. */
export const rightAnswers: RightAnswers = {
  'one file in CommonJS, isMaster, rooms, the redis package, worker.kill(), always a second of pause':
    writeFile(
      'index.ts',
      `const cluster = require('cluster')
const { createClient } = require('redis')
if (cluster.isMaster) {
  let ending = false
  const go = () => {
    for (let i = 0; i < Number(process.env.WEB_CONCURRENCY || 4); i++) cluster.fork()
  }
  require('kill-port')(process.env.PORT).then(go, go)
  cluster.on('exit', () => {
    if (!ending) setTimeout(() => ending || cluster.fork(), 1000)
    else if (Object.keys(cluster.workers).length === 0) process.exit()
  })
  const stop = () => {
    if (ending) return
    ending = true
    for (const worker of Object.values(cluster.workers)) worker.kill('SIGTERM')
  }
  process.on('SIGTERM', stop).on('SIGINT', stop)
} else {
  const http = require('http')
  const server = http.createServer((req, res) => res.end('hello'))
  const io = new (require('socket.io').Server)(server, { transports: ['websocket'] })
  const [pub, sub] = [0, 1].map(() => createClient({ url: process.env.REDIS_URL }).on('error', () => {}))
  const say = (event) => pub.publish('instances', JSON.stringify({ instance: String(process.pid), event }))
  io.use((socket, next) => {
    const [, user] = /^token-of-(ada|grace|linus)$/.exec(socket.handshake.auth.token) ?? []
    socket.data.user = user
    next(user ? undefined : new Error('who is there?'))
  })
  io.on('connection', (socket) => {
    const { user } = socket.data
    socket.join('user ' + user)
    socket.on('message', ({ event, args } = {}, reply) => {
      if (event !== 'sendMessage') return
      const message = { event: 'messageSent', args: { from: user, to: args.to, text: args.text } }
      for (const id of new Set([user, args.to])) pub.publish('outgoing_socket_message', JSON.stringify({ id, ...message }))
      reply?.('ok')
    })
  })
  const go = async () => {
    await Promise.all([pub.connect(), sub.connect()])
    await sub.subscribe('outgoing_socket_message', (text) => {
      const { id, event, args } = JSON.parse(text)
      io.to('user ' + id).emit('message', { event, args })
    })
    server.listen(process.env.PORT, () => say('started'))
  }
  go()
  let leaving = false
  process.on('SIGINT', () => {})
  process.on('SIGTERM', async () => {
    if (leaving) return
    leaving = true
    await say('stopped')
    process.exit(0)
  })
}`,
    ),

  'asked to end by a message, and sockets handed out by the system': combine(
    replaceIn('primary.ts', "worker.process.kill('SIGTERM')", "worker.send('time to go')"),
    replaceIn(
      'primary.ts',
      '  await killPortOwner(',
      '  cluster.schedulingPolicy = cluster.SCHED_NONE\n  await killPortOwner(',
    ),
    replaceIn(
      'worker.ts',
      "process.on('SIGINT', () => {})",
      "process.on('SIGINT', () => {})\n  process.on('message', () => process.emit('SIGTERM'))",
    ),
  ),

  'replaced after a pause that is always the same, and never given up': replaceIn(
    'primary.ts',
    replaces,
    'setTimeout(() => fork(name), performance.now() - servingSince > 1000 ? 0 : 700)',
  ),

  'gives up after four crashes at the start': combine(
    replaceIn('primary.ts', 'let stopping', 'let failures = 0\nlet stopping'),
    replaceIn(
      'primary.ts',
      replaces,
      `failures = performance.now() - servingSince > 1000 ? 0 : failures + 1
    if (failures < 4) setTimeout(() => fork(name), 250)
    else shutDown()`,
    ),
  ),

  'a primary that announces nothing but logs, workers that find their names themselves':
    combine(
      replaceIn('primary.ts', 'cluster.fork({ DYNO: name })', 'cluster.fork()'),
      replaceIn(
        'announce.ts',
        '{ instance, event }',
        '{ instance: `${instance}-${process.pid}`, event, at: new Date() }',
      ),
      replaceIn(
        'primary.ts',
        'workers.add(worker)',
        'workers.add(worker)\n  console.log(`{"forked":"${name}"}`)',
      ),
    ),

  "cluster.on('exit'), setupPrimary(), pauses that grow for all together": writeFile(
    'primary.ts',
    `import cluster from 'node:cluster'
import killPort from 'kill-port'
export async function startPrimary() {
  const names = new Map()
  let [pause, leaving] = [200, false]
  const fork = (name) => leaving || names.set(cluster.fork({ DYNO: name }).id, name)
  cluster.setupPrimary({ serialization: 'advanced', silent: false })
  cluster.schedulingPolicy = cluster.SCHED_RR
  await killPort(process.env.PORT).catch(() => undefined)
  cluster.on('exit', ({ id, exitedAfterDisconnect }) => {
    const name = names.get(id)
    names.delete(id)
    if (leaving || exitedAfterDisconnect) return names.size === 0 && process.exit()
    setTimeout(fork, pause, name)
    pause = Math.min(pause * 2, 3000)
  })
  cluster.on('listening', () => setTimeout(() => (pause = 200), 5000).unref())
  for (const n of 'abcd') fork('web.1-' + n)
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'])
    process.on(signal, () => {
      if (leaving) return
      leaving = true
      for (const worker of Object.values(cluster.workers)) worker.kill()
    })
}`,
  ),

  "io.close(), both transports, Socket.IO's own adapter beside the bus, announcements on a client of its own":
    combine(
      replaceIn(
        'chat.ts',
        "{ transports: ['websocket'] }",
        "{ transports: ['websocket', 'polling'] }",
      ),
      replaceIn(
        'chat.ts',
        'io.engine.close() // devices reconnect by themselves, to another process\n      await close(server)',
        'await io.close()',
      ),
      replaceIn('chat.ts', 'import { close, listen }', 'import { listen }'),
      writeFile(
        'announce.ts',
        `import { createClient } from 'redis'
import { instance } from './instance.ts'
const client = createClient({ url: process.env.REDIS_URL, RESP: 2 }).on('error', () => {})
const connected = client.connect()
export async function announce(_bus, event) {
  await connected
  await client.publish('instances', JSON.stringify({ event, instance, pid: process.pid }))
}`,
      ),
      replaceIn(
        'worker.ts',
        "announce(chat.bus, 'stopped')",
        "await announce(chat.bus, 'stopped')",
      ),
      replaceIn(
        'worker.ts',
        "announce(chat.bus, 'started')",
        "await announce(chat.bus, 'started')",
      ),

      replaceIn(
        'chat.ts',
        '  io.use(onAuth)\n',
        `  const clients = [0, 1].map(() => createClient({ url: process.env.REDIS_URL }).on('error', () => {}))
  const connected = Promise.all(clients.map((client) => client.connect()))
  io.adapter(createAdapter(clients[0], clients[1]))
  io.use(onAuth)
`,
      ),
      replaceIn(
        'chat.ts',
        '      await openDispatch(bus)',
        '      await connected\n      await openDispatch(bus)',
      ),
      replaceIn(
        'chat.ts',
        "import { Server } from 'socket.io'\n",
        "import { Server } from 'socket.io'\nimport { createAdapter } from '@socket.io/redis-adapter'\nimport { createClient } from 'redis'\n",
      ),
    ),

  'a slow start: seconds pass after the port is free': replaceIn(
    'primary.ts',
    '  await killPortOwner(Number(process.env.PORT || 3000))\n',
    `  await killPortOwner(Number(process.env.PORT || 3000))
  await new Promise((resolve) => setTimeout(resolve, 3000))
`,
  ),

  'always a tenth of a second before a restart': replaceIn(
    'primary.ts',
    replaces,
    'setTimeout(() => fork(name), 100)',
  ),

  'five restarts at once in ten seconds, then two seconds each': writeFile(
    'restart-delay.ts',
    `let recent = []
export function restartDelay() {
  recent = recent.filter((at) => performance.now() - at < 10_000)
  recent.push(performance.now())
  return recent.length > 5 ? 2000 : 0
}`,
  ),

  'another file for the workers, setupPrimary({ exec }), no cluster.isPrimary': combine(
    writeFile(
      'index.ts',
      `import cluster from 'node:cluster'
import { join } from 'node:path'
import { startPrimary } from './primary.ts'
cluster.setupPrimary({ exec: join(import.meta.dirname, 'worker-main.ts') })
await startPrimary()`,
    ),
    writeFile(
      'worker-main.ts',
      "import { startWorker } from './worker.ts'\nawait startWorker()",
    ),
  ),

  'lsof -t and kill by hand, a class, once() for the ends, ids as names, the exit code set':
    writeFile(
      'primary.ts',
      `import cluster from 'node:cluster'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

class Primary {
  #stopping = new AbortController()
  #ends = []

  async start() {
    const { stdout = '' } = spawnSync('lsof', ['-t', '-n', '-sTCP:LISTEN', '-i', 'tcp:' + process.env.PORT], { encoding: 'utf8' })
    for (const pid of (stdout ?? '').split('\\n').filter(Boolean)) process.kill(Number(pid), 'SIGKILL')
    for (let n = 0; n < 4; n++) this.#ends.push(this.#keep())
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => this.#stop())
    await Promise.all(this.#ends)
    process.exitCode = 0
    setImmediate(() => process.disconnect?.())
  }

  async #keep() {
    for (let pause = 100; !this.#stopping.signal.aborted; pause = Math.min(pause * 3, 5000)) {
      const id = Object.keys(cluster.workers).length + Date.now()
      const worker = cluster.fork({ DYNO: process.env.DYNO + '/' + id + '-' + Math.random() })
      await once(worker, 'exit')
      await sleep(pause, undefined, this.#stopping).catch(() => {})
    }
  }

  #stop() {
    this.#stopping.abort()
    for (const worker of Object.values(cluster.workers)) process.kill(worker.process.pid, 'SIGTERM')
  }
}
export const startPrimary = () => new Primary().start()`,
    ),
}
