import {
  type RightAnswers,
  combine,
  replaceIn,
  writeFile,
} from '../../../workshop/check/suite.ts'

/** Programs that were written from the lesson alone, in other styles than the solution's. */
export const ownStyles: RightAnswers = {
  'a login that redirects, errors as problem documents': combine(
    replaceIn('login.ts', 'res.json({ user, instance })', "res.redirect(303, '/')"),
    replaceIn(
      'sockets.ts',
      "{ error: 'no worker is running' }",
      "{ status: 503, title: 'no worker is running' }",
    ),
    replaceIn('sockets.ts', 'type Answer = { receivers: number } |', 'type Answer = object |'),
  ),

  'a star that stays as it is, since PUBLISH reads no pattern': replaceIn(
    'channels.ts',
    ".replaceAll('*', '%2A')",
    '',
  ),

  'sockets in a map of sets, the session in io.use(), promises without await': writeFile(
    'sockets.ts',
    `import { Server } from 'socket.io'
import { channelOf, readChannel } from './channels.ts'

const online = new Map()

export function newSockets(server, sessions, client) {
  const io = new Server(server, { transports: ['websocket'] })
  io.use((socket, next) => sessions(socket.request, {}, next))
  io.on('connection', (socket) => {
    const user = socket.request.session?.user
    if (!user) return void socket.disconnect()
    const devices = online.get(user) ?? new Set()
    online.set(user, devices.add(socket))
    socket.on('disconnect', () => devices.delete(socket) && devices.size || online.delete(user))
    socket.on('job', (job, callback) => {
      const answer = (text) => callback?.call?.(null, text)
      if (job?.name !== 'primes' || !(job.input > 1 && job.input <= 5e7)) return answer('invalid job')
      client
        .publish(channelOf('JOB', user, 'primes'), JSON.stringify({ id: crypto.randomUUID(), input: job.input }))
        .then((receivers) => answer(receivers ? 'queued' : 'no worker is running'), () => answer('not now'))
    })
  })
  return io
}

export function forwardToDevices(_io, message, channel) {
  const { kind, user, name } = readChannel(channel) ?? {}
  let news
  try {
    news = Object(JSON.parse(message))
  } catch {
    return
  }
  for (const socket of online.get(user) ?? []) {
    if (kind === 'DONE' && news.result) socket.emit('done', { name, result: news.result })
    if (kind === 'PROGRESS' && news.done > 0) socket.emit('progress', { name, done: news.done })
  }
}
`,
  ),

  'a worker in one file, with a sieve in its thread and jobs one after the other': writeFile(
    'worker.ts',
    `import { Worker } from 'node:worker_threads'
import { createClient } from 'redis'

const code = \`
const { parentPort, workerData: upTo } = require('node:worker_threads')
const composite = new Uint8Array(upTo + 1)
let count = 0
for (let n = 2; n <= upTo; n++) {
  if (composite[n]) continue
  count++
  for (let multiple = n * n; multiple <= upTo; multiple += n) composite[multiple] = 1
}
parentPort.postMessage(count)\`

class JobRunner {
  #client
  #last = Promise.resolve()

  constructor(client) {
    this.#client = client
  }

  add = (message, channel) => {
    const [, user, name, ...rest] = channel.split(':')
    let input
    try {
      input = JSON.parse(message)?.input
    } catch (error) {
      return console.error('not JSON:', error.message)
    }
    if (rest.length > 0 || name !== 'primes' || !Number.isInteger(input) || input < 2) return
    this.#last = this.#last.then(() => this.#run(user, input)).catch(console.error)
  }

  async #run(user, input) {
    const thread = new Worker(code, { eval: true, workerData: input })
    const result = await new Promise((resolve, reject) => {
      thread.once('message', resolve).once('error', reject)
    })
    await this.#client.publish('DONE:' + user + ':primes', JSON.stringify({ result }))
  }
}

const client = createClient({ url: process.env.REDIS_URL })
const subscriber = client.duplicate()
for (const each of [client, subscriber]) each.on('error', (error) => console.error(error.message))
await Promise.all([client.connect(), subscriber.connect()])
const runner = new JobRunner(client)
await subscriber.pSubscribe('JOB:*:*', runner.add)
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0))
`,
  ),

  'two subscriptions, one for each kind of message, and a common shutdown by timer': combine(
    replaceIn(
      'web.ts',
      "await client2.pSubscribe(['DONE:*', 'PROGRESS:*'], (message, channel) => {\n      forwardToDevices(io, message, channel)\n    })",
      "const forward = forwardToDevices.bind(null, io)\n    await client2.pSubscribe('DONE:*', forward)\n    await client2.pSubscribe('PROGRESS:*:primes', forward)",
    ),
    replaceIn('web.ts', '    await close(server)\n', '    server.closeAllConnections()\n'),
    replaceIn(
      'worker.ts',
      'if (await claim(client, job.id)) await doJob(client, user, name, job.input)',
      'await doJob(client, user, name, job.input)',
    ),
  ),
}
