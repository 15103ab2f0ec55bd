import { type RightAnswers, combine, replaceIn, writeFile } from '../../workshop/check/suite.ts'

// Each of these mixes several habits: what counts is what the program does.

const variables =
  'process.env.REDIS_URL || process.env.REDISCLOUD_URL || process.env.REDISTOGO_URL'

/** Right answers that look different from the solution. */
export const rightAnswers: RightAnswers = {
  'connect() not awaited, listeners chained, the URL passed on untouched': writeFile(
    'index.ts',
    `import * as redis from 'redis'
const url = ${variables}
let was = 0
let reported = false
const client = redis.createClient({ url: url! })
  .on('error', (error: Error) => {
    if (was === 0 && !reported) console.error('Not connected to ' + new URL(url!).host + ': ' + (error.message || error))
    reported = true
    if (was === 1) console.log('Connection lost, trying to get it back')
    was = was === 0 ? 0 : 2
  })
  .on('ready', () => {
    if (was === 2) console.log('Reconnected!')
    was = 1
  })
client.connect()
client.ping().then((answer) => console.log(answer, '-', 'connected to ' + new URL(url!).hostname + ':' + new URL(url!).port))
`,
  ),

  'a class, RESP2, options instead of a URL, an own back-off, JSON logs': writeFile(
    'index.ts',
    `import { createClient } from 'redis'
type State = 'starting' | 'up' | 'down'
class Connection {
  private state: State = 'starting'
  private reported = ''
  private readonly url = new URL(${variables}!)
  readonly client = createClient({
    RESP: 2,
    username: decodeURIComponent(this.url.username) || 'default',
    password: decodeURIComponent(this.url.password),
    name: process.env.DYNO ?? 'unknown',
    socket: {
      host: this.url.hostname,
      port: +this.url.port || 6379,
      ...(this.url.protocol === 'rediss:' && { tls: true as const, rejectUnauthorized: false }),
      reconnectStrategy: (retries: number) => Math.min(60 + retries * 60, 600),
    },
  })
  async open() {
    this.client.on('error', (error) => this.failed(error))
    this.client.on('connect', () => this.log('debug', 'a socket is open'))
    this.client.on('ready', () => this.succeeded())
    await this.client.connect()
    await this.client.sendCommand(['PING'])
    this.log('info', \`connected to \${this.url.hostname}:\${this.url.port}\`)
    setInterval(() => this.client.isReady && this.client.info().catch(() => {}), 50)
  }
  private failed({ code, message }: Error & { code?: string }) {
    if (this.state === 'up') this.log('warn', 'connection lost')
    if (this.reported !== (code ?? message)) this.log('error', code ?? message)
    this.reported = code ?? message
    if (this.state === 'up') this.state = 'down'
  }
  private succeeded() {
    if (this.state === 'down') this.log('info', 'reconnected')
    this.state = 'up'
  }
  private log(level: string, msg: string) {
    process.stdout.write(JSON.stringify({ level, time: Date.now(), msg }) + '\\n')
  }
}
void new Connection().open()
`,
  ),

  'require, a loop of its own that connects again, a second connection': writeFile(
    'index.ts',
    `const { createClient }: typeof import('redis') = require('redis')
const text = ${variables}
const { hostname, port } = new URL(text!)
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
async function keep(first: (client: any) => Promise<void>, again: () => void, lost: () => void) {
  let reported = false
  for (let times = 0; ; times++) {
    const client = createClient({ url: text!, socket: { reconnectStrategy: false } })
    const terminated = new Promise<void>((resolve) => client.once('terminated', () => resolve()))
    client.on('error', () => {})
    try {
      await client.connect()
    } catch (error) {
      if (times === 0 && !reported) console.error('still no Redis there')
      reported = true
      times -= 1
      await wait(40)
      continue
    }
    if (times === 0) await first(client)
    else again()
    await terminated
    lost()
  }
}
keep(
  async (client) => {
    await client.ping()
    console.log('connected to ' + hostname + ':' + port)
  },
  () => console.log('reconnected'),
  () => console.log('connection lost'),
)
keep(async () => {}, () => {}, () => {})
`,
  ),

  'four seconds between two attempts, PING with a text': combine(
    replaceIn('client.ts', '{ url }', '{ url, socket: { reconnectStrategy: () => 4000 } }'),
    replaceIn('index.ts', 'client.ping()', "client.ping('hello')"),
  ),

  'slow start, several modules, lines before and after, pings itself': combine(
    writeFile('config.ts', "export { redisAddress as address } from './redis-url.ts'\n"),
    replaceIn(
      'index.ts',
      "import { redisAddress } from './redis-url.ts'",
      `import { address } from './config.ts'
const end = Date.now() + 600
while (Date.now() < end);
console.log('starting ...')`,
    ),
    replaceIn('index.ts', 'redisAddress()', 'address()'),
    replaceIn('index.ts', '} catch', "  console.log('waiting for work')\n} catch"),
    replaceIn('client.ts', '{ url }', '{ url, pingInterval: 100, disableOfflineQueue: false }'),
  ),

  'the loss printed at "reconnecting", everything on stderr but the lines of the goals':
    writeFile(
      'index.ts',
      `import { createClient } from 'redis'
const url = ${variables}
if (!url) throw new Error('no address')
const { hostname, port } = new URL(url)
const client = createClient({ url })
let ready = 0
let down = false
let complained = ''
client.on('error', (error) => {
  const text = 'redis: ' + (error.code ?? error.message)
  if (text !== complained) console.error(text)
  complained = text
})
client.on('reconnecting', () => {
  if (ready > 0 && !down) console.log('connection lost')
  down ||= ready > 0
})
client.on('ready', () => {
  ready += 1
  if (down) console.log('reconnected')
  down = false
  complained = ''
})
await client.connect()
if ((await client.ping()) === 'PONG') console.log('connected to %s:%s', hostname, port)
`,
    ),

  'a state machine as a table, then() chains, a named function per event': writeFile(
    'index.ts',
    `import * as redis from 'redis'
const text = [process.env.REDIS_URL, process.env.REDISCLOUD_URL, process.env.REDISTOGO_URL].find((value) => value)!
const place = new URL(text)
const table = {
  new: { ready: ['up', ''], error: ['waiting', 'Redis is not available yet'] },
  waiting: { ready: ['up', ''], error: ['waiting', ''] },
  up: { ready: ['up', ''], error: ['down', 'connection lost'] },
  down: { ready: ['up', 'reconnected'], error: ['down', ''] },
} as const
let state: keyof typeof table = 'new'
function move(event: 'ready' | 'error') {
  const [next, line] = table[state][event]
  state = next
  if (line) console.log(line)
}
const client = redis.createClient({
  username: place.username ? decodeURIComponent(place.username) : undefined,
  password: place.password ? decodeURIComponent(place.password) : undefined,
  socket: place.protocol === 'rediss:'
    ? { host: place.hostname, port: Number(place.port || 6379), tls: true }
    : { host: place.hostname, port: Number(place.port || 6379) },
})
client.on('error', onError).on('ready', onReady)
function onError() { move('error') }
function onReady() { move('ready') }
client.connect()
  .then((connected) => connected.ping())
  .then((pong) => process.stdout.write('connected to ' + place.host + ' (' + pong + ')\\n'))
`,
  ),

  'given files kept, state in a module, reconnect every 300 ms, pings in between': combine(
    writeFile(
      'state.ts',
      `type State = { seen: boolean; open: boolean; last?: string }
export const state: State = { seen: false, open: false }
export const report = (line: string) => {
  if (state.last !== line) console.log(line)
  state.last = line
}`,
    ),
    writeFile(
      'client.ts',
      `import { createClient } from 'redis'
import { describeError } from './fail.ts'
import { redisAddress } from './redis-url.ts'
import { report, state } from './state.ts'
export function newClient() {
  const { url, host, port } = redisAddress()
  const client = createClient({ url, socket: { reconnectStrategy: 300, connectTimeout: 2000 }, pingInterval: 500 })
  client.addListener('error', (error: unknown) => {
    if (state.open) report('connection lost')
    else if (!state.seen) report(\`waiting for Redis at \${host}:\${port}, which \${describeError(error)}\`)
    state.open = false
  })
  client.addListener('ready', () => {
    if (state.seen) report('reconnected')
    state.seen = state.open = true
  })
  return client
}`,
    ),
  ),

  'a queue of three clients of which one reports, Promise.all': writeFile(
    'index.ts',
    `import { createClient } from 'redis'
const url = ${variables}
const [first, ...others] = Array.from({ length: 3 }, () => createClient({ url: url! }))
for (const other of others) other.on('error', () => {})
const history: string[] = []
const note = (line: string) => {
  if (history.at(-1) !== line) console.log(line)
  history.push(line)
}
first!.on('error', () => note(history.includes('ready') ? 'connection lost' : 'no Redis so far'))
first!.on('ready', () => {
  const back = history.includes('ready')
  if (back) note('reconnected')
  history.push('ready')
})
await Promise.all([first!, ...others].map((client) => client.connect()))
const replies = await Promise.all([first!, ...others].map((client) => client.ping()))
if (replies.every((reply) => reply === 'PONG')) {
  const { hostname, port } = new URL(url!)
  console.log(\`connected to \${hostname}:\${port}\`)
}
`,
  ),

  'events as an async iterator, an abort signal that is never used': writeFile(
    'index.ts',
    `import EventEmitter, { on } from 'node:events'
import { createClient } from 'redis'
const never = new AbortController()
const changes = new EventEmitter()
const address = new URL(${variables}!)
const client = createClient({ url: address.toString(), socket: { keepAlive: true } })
client.on('error', () => changes.emit('change', 'down'))
async function follow() {
  let connected = false
  let reported = false
  for await (const [what] of merge()) {
    if (what === 'up' && reported && connected) console.log('reconnected')
    if (what === 'up') [connected, reported] = [true, false]
    if (what === 'down' && !reported) console.log(connected ? 'connection lost' : 'no connection so far')
    if (what === 'down') reported = true
  }
}
function merge() {
  client.on('ready', () => changes.emit('change', 'up'))
  return on(changes, 'change', { signal: never.signal })
}
void follow()
await client.connect()
await client.ping()
console.log('connected to ' + address.host)
`,
  ),
}
