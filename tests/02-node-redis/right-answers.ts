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
    name: process.env.DYNO ?? 'nobody',
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
    const gone = new Promise<void>((resolve) => client.once('terminated', () => resolve()))
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
    await gone
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
}
