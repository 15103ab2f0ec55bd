import { type RightAnswers, combine, replaceIn, writeFile } from '../../workshop/check/suite.ts'
import { otherStyles } from './right-answers/other-styles.ts'

// Each of these mixes several habits: what counts is what the program does.

const variables = `
const text = process.env.REDIS_URL || process.env.REDISCLOUD_URL || process.env.REDISTOGO_URL`

/** Right answers that look different from the solution. */
export const rightAnswers: RightAnswers = {
  'one file, callbacks, AUTH answered before PING is sent, PING as a line': writeFile(
    'index.ts',
    `import * as net from 'net'
import * as tls from 'tls'
${variables}
const give = (reason: string) => { process.stderr.write('redis-setup: ' + reason + '\\n'); process.exit(1) }
const name = ['REDIS_URL', 'REDISCLOUD_URL'].find((key) => process.env[key]) ?? 'REDISTOGO_URL'
if (!text) give('neither REDIS_URL nor REDISCLOUD_URL nor REDISTOGO_URL is set')
let url = new URL('redis://none')
try { url = new URL(text!) } catch { give(name + ' is malformed') }
if (!['redis:', 'rediss:'].includes(url.protocol)) give(name + ' is malformed')
const port = url.port === '' ? 6379 : parseInt(url.port, 10)
const secure = url.protocol === 'rediss:'
const socket: net.Socket = secure
  ? tls.connect(port, url.hostname, { rejectUnauthorized: false }, hello)
  : net.createConnection(port, url.hostname, hello)
const send = (...words: string[]) =>
  socket.write('*' + words.length + '\\r\\n' + words.map((w) => '$' + Buffer.from(w).length + '\\r\\n' + w + '\\r\\n').join(''))
function hello() {
  const words = [url.username, url.password].filter((part) => part !== '').map(decodeURIComponent)
  if (words.length > 0) send('auth', ...words)
  else socket.write('ping\\r\\n')
}
let rest = Buffer.alloc(0)
socket.on('data', (chunk) => {
  rest = Buffer.concat([rest, chunk])
  let end = rest.indexOf('\\r\\n')
  while (end >= 0) {
    onReply(rest.subarray(0, end).toString())
    rest = rest.subarray(end + 2)
    end = rest.indexOf('\\r\\n')
  }
})
function onReply(line: string) {
  if (line[0] === '-') return give('Redis replied ' + line.slice(1))
  if (line === '+OK') return socket.write('PING\\r\\n')
  console.log('Redis at %s:%d answered PONG', url.hostname, port)
  process.exit(0)
}
socket.on('error', (error: NodeJS.ErrnoException) => give('no connection, ' + error.code))
socket.on('end', () => give('the connection was closed'))
socket.setTimeout(3000, () => give('no reply'))
`,
  ),

  'the redis package, RESP2, no retries, the URL passed on untouched': writeFile(
    'index.ts',
    `import { createClient } from 'redis'
${variables}
async function main() {
  if (text === undefined) throw new Error('set REDIS_URL')
  const { hostname, port } = new URL(text)
  const client = createClient({ url: text, RESP: 2, socket: { reconnectStrategy: false, socketTimeout: 3000 } })
  client.on('error', () => {})
  await client.connect()
  await client.sendCommand(['CLIENT', 'SETNAME', 'setup'])
  const answer = await client.ping()
  console.log('Redis at ' + hostname + ':' + port + ' answered ' + answer)
  await client.close()
}
main().catch((error) => {
  console.error(error.code === 'ERR_INVALID_URL' ? Object.keys(process.env).find((key) => process.env[key] === text) + ' is no URL' : error.code ?? error.message)
  process.exit(1)
})
`,
  ),

  'require, a class, JSON logs, .then chains, QUIT': writeFile(
    'index.ts',
    `const net: typeof import('node:net') = require('node:net')
const tls: typeof import('node:tls') = require('node:tls')
class Setup {
  readonly url: URL
  constructor(env: NodeJS.ProcessEnv) {
    const name = ['REDIS_URL', 'REDISCLOUD_URL', 'REDISTOGO_URL'].filter((key) => key in env && env[key])[0]
    if (!name) throw new Error('no Redis is configured')
    if (!URL.canParse(env[name]!) || !env[name]!.startsWith('redis')) throw new Error(name + ' cannot be parsed')
    this.url = new URL(env[name]!)
  }
  get target() { return { host: this.url.hostname, port: Number(this.url.port) || 6379 } }
  ask(): Promise<string> {
    return new Promise((resolve, reject) => {
      const { username, password, protocol } = this.url
      const open = protocol === 'rediss:' ? tls.connect : net.connect
      const socket = open(this.target)
      const credentials = [username, password].map(decodeURIComponent).filter(Boolean)
      const commands = [['PING'], ['QUIT']]
      if (password) commands.unshift(['AUTH', ...credentials])
      for (const words of commands) {
        socket.write('*' + words.length + '\\r\\n')
        for (const word of words) socket.write('$' + Buffer.byteLength(word) + '\\r\\n' + word + '\\r\\n')
      }
      let all = ''
      socket.setEncoding('utf8').on('data', (piece) => (all += piece))
      socket.on('end', () => {
        const lines = all.split('\\r\\n')
        const error = lines.find((line) => line.startsWith('-'))
        if (lines.includes('+PONG')) resolve('PONG')
        else reject(new Error(error ?? 'closed'))
      })
      socket.on('error', reject)
      socket.setTimeout(4000, () => socket.destroy(new Error('no reply')))
    })
  }
}
const log = (level: string, msg: string) =>
  console[level === 'info' ? 'log' : 'error'](JSON.stringify({ time: Date.now(), level, msg }))
Promise.resolve()
  .then(() => new Setup(process.env))
  .then((setup) => setup.ask().then((answer) => ({ ...setup.target, answer })))
  .then(({ host, port, answer }) => log('info', \`Redis at \${host}:\${port} answered \${answer}\`))
  .catch((error) => {
    log('error', error.code === 'ECONNREFUSED' ? 'refused' : error.message)
    process.exitCode = 1
  })
`,
  ),

  'slow start, a regular expression for the URL, lines before and after': combine(
    replaceIn(
      'redis-url.ts',
      'const url = new URL(text)',
      `const found = /^(rediss?:)\\/\\/(?:([^:@]*):([^@]*)@)?([^:\\/]+)(?::(\\d+))?\\/?$/.exec(text)
    if (!found) return undefined
    const [, protocol = '', username = '', password = '', hostname = '', port = ''] = found
    const url = { href: text, pathname: '/', protocol, username, password, hostname, port }`,
    ),
    replaceIn(
      'index.ts',
      'try {',
      `const end = Date.now() + 600
while (Date.now() < end);
console.log('looking for Redis ...')
console.error('debug: ', process.argv.length)
try {`,
    ),
    replaceIn('index.ts', '} catch (error)', "  console.log('bye')\n} catch (error)"),
  ),

  ...otherStyles,
}
