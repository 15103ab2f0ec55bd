import {
  type RightAnswers,
  combine,
  replaceIn,
  writeFile,
} from '../../../workshop/check/suite.ts'

/** Styles that have little in common with the solution. */
export const otherStyles: RightAnswers = {
  'readline for the replies, a race with a timer, functions alone': writeFile(
    'index.ts',
    `import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
const stop = (line: string): never => {
  console.error(line)
  return process.exit(1)
}
const pick = (...names: string[]) => names.find((name) => (process.env[name] ?? '').length > 0)
const name = pick('REDIS_URL', 'REDISCLOUD_URL', 'REDISTOGO_URL') ?? stop('Which Redis? REDIS_URL is not set')
const parse = (value: string) => {
  try { if (/^rediss?:/.test(value)) return new URL(value); throw 0 } catch { return stop('Cannot parse ' + name) }
}
const { protocol, hostname: host, port: p, username, password } = parse(process.env[name]!)
const port = p || '6379'
const socket = protocol === 'rediss:' ? connectTls(+port, host) : connect(+port, host)
const words = password ? ['default', ...(username ? [decodeURIComponent(username)] : [])].slice(-1) : []
const auth = password ? [['AUTH', ...words, decodeURIComponent(password)]] : []
const encode = (list: string[]) => [\`*\${list.length}\`, ...list.flatMap((w) => ['$' + Buffer.byteLength(w), w]), ''].join('\\r\\n')
async function converse() {
  let ok = auth.length
  socket.write([...auth, ['PING']].map(encode).join(''))
  for await (const line of createInterface({ input: socket })) {
    if (line.startsWith('-')) throw new Error('Redis refused: ' + line.slice(1).split(' ')[0])
    if (ok-- === 0 && line === '+PONG') return
  }
  throw new Error('the server hung up')
}
const broken = new Promise((_, reject) => socket.on('error', reject))
Promise.race([converse(), broken, sleep(3500).then(() => Promise.reject(new Error('no answer in 3.5 s')))]).then(
  () => {
    console.log(\`Redis at \${host}:\${port} answered PONG\`)
    process.exit()
  },
  (error) => stop(error.code ?? error.message),
)
`,
  ),

  'only the TODOs: one expression, events.once(), the port as text': combine(
    replaceIn(
      'redis-url.ts',
      'port: Number(url.port || 6379)',
      "port: (url.port === '' ? '6379' : url.port) as unknown as number",
    ),
    writeFile(
      'ping.ts',
      `import { once } from 'node:events'
import { describeError } from './fail.ts'
import type { RedisAddress } from './redis-url.ts'
import { command } from './resp.ts'
import { openSocket } from './socket.ts'
export async function ping(address: RedisAddress) {
  const socket = openSocket(address)
  const wanted = address.password ? ['+OK', '+PONG'] : ['+PONG']
  try {
    if (address.password) {
      const user = address.username || 'default'
      socket.write(command('auth', user, address.password))
    }
    socket.write(command('ping'))
    let text = ''
    while (text.split('\\r\\n').length <= wanted.length) {
      const [piece] = await Promise.race([
        once(socket, 'data'),
        once(socket, 'end').then(() => { throw new Error('hung up') }),
      ])
      text += String(piece)
    }
    const bad = text.split('\\r\\n').find((line, i) => i < wanted.length && line !== wanted[i])
    if (bad !== undefined) throw new Error(bad.slice(1))
  } catch (error) {
    throw new Error('cannot use ' + address.host + ': ' + describeError(error))
  } finally {
    socket.destroy()
  }
}`,
    ),
  ),

  'a generator of states, PING only after +OK, exit code set and not called': writeFile(
    'index.ts',
    `import net from 'node:net'
import tls from 'node:tls'
type Step = Generator<string, void, string>
function* steps(user: string, pass: string): Step {
  if (user || pass) {
    const reply = yield 'AUTH ' + [user, pass].filter(Boolean).map((w) => JSON.stringify(w)).join(' ') + '\\r\\n'
    if (reply !== '+OK') throw new Error('login failed (' + reply.split(' ', 1)[0] + ')')
  }
  const reply = yield '*1\\r\\n$4\\r\\nPING\\r\\n'
  if (reply !== '+PONG') throw new Error('unexpected reply ' + reply)
}
function main() {
  const found = Object.entries({ REDIS_URL: process.env.REDIS_URL, REDISCLOUD_URL: process.env.REDISCLOUD_URL, REDISTOGO_URL: process.env.REDISTOGO_URL }).find(([, value]) => value)
  if (!found) return fail('Set REDIS_URL')
  const [name, value] = found
  if (!URL.canParse(value!) || !new URL(value!).host) return fail(name + ': not a URL')
  const url = new URL(value!)
  const port = Number(url.port || '6379')
  const talk = steps(decodeURIComponent(url.username), decodeURIComponent(url.password))
  const socket = (url.protocol === 'rediss:' ? tls : net).connect({ host: url.hostname, port }, () => advance())
  socket.setEncoding('utf8')
  const timer = setTimeout(() => end('timed out'), 4500)
  let done = false
  let buffer = ''
  function end(problem?: string) {
    if (done) return
    done = true
    clearTimeout(timer)
    socket.destroy()
    if (problem) fail(problem)
    else console.info(\`Redis at \${url.hostname}:\${port} answered PONG\`)
  }
  function advance(reply = '') {
    try {
      const { value, done: finished } = talk.next(reply)
      if (finished) end()
      else socket.write(value as string)
    } catch (error) {
      end((error as Error).message)
    }
  }
  socket.on('data', (text: string) => {
    buffer += text
    for (let at = buffer.indexOf('\\r\\n'); at >= 0; at = buffer.indexOf('\\r\\n')) {
      const line = buffer.slice(0, at)
      buffer = buffer.slice(at + 2)
      advance(line)
    }
  })
  socket.on('error', (error) => end('connection failed: ' + ((error as NodeJS.ErrnoException).code ?? error.message)))
  socket.on('close', () => end('connection closed'))
}
function fail(problem: string) {
  console.error('redis: ' + problem)
  process.exitCode = 1
}
main()
`,
  ),

  'the redis package with RESP3 and a limit of its own, in an immediately called function':
    writeFile(
      'index.ts',
      `import { createClient } from 'redis'
;(async () => {
  const { REDIS_URL, REDISCLOUD_URL, REDISTOGO_URL } = process.env
  const name = REDIS_URL ? 'REDIS_URL' : REDISCLOUD_URL ? 'REDISCLOUD_URL' : REDISTOGO_URL ? 'REDISTOGO_URL' : ''
  if (!name) return exit('REDIS_URL, REDISCLOUD_URL and REDISTOGO_URL are all empty')
  const url = process.env[name]!
  if (!/^rediss?:\\/\\//.test(url) || !URL.canParse(url)) return exit('The value of ' + name + ' is not a Redis URL')
  const { hostname, port } = new URL(url)
  const limit = setTimeout(() => exit('Redis is silent'), 4000)
  const client = createClient({ url, socket: { reconnectStrategy: (_, cause) => cause } })
  client.on('error', (error) => exit(error.code ?? error.message))
  await client.connect()
  const reply = await client.sendCommand(['PING'])
  clearTimeout(limit)
  console.log(\`Redis at \${hostname}:\${port || 6379} answered \${reply}\`)
  client.destroy()
})().catch((error) => exit(error.message))
function exit(reason: string) {
  console.error(reason.split('\\n')[0])
  process.exit(1)
}
`,
    ),

  'two files, options objects, callbacks nested, a Map of settings': combine(
    writeFile(
      'settings.ts',
      `const settings = new Map(['REDIS_URL', 'REDISCLOUD_URL', 'REDISTOGO_URL'].map((key) => [key, process.env[key]?.trim()] as const))
export function options(report: (reason: string) => void) {
  for (const [key, value] of settings) {
    if (!value) continue
    let url: URL
    try {
      url = new URL(value)
      if (!url.protocol.startsWith('redis')) throw new TypeError('protocol')
    } catch {
      report('bad value in ' + key)
      return
    }
    return {
      secure: url.protocol.endsWith('ss:'),
      where: { host: url.hostname, port: url.port ? parseInt(url.port) : 6379 },
      login: [url.username, url.password].filter((part) => part).map((part) => decodeURIComponent(part)),
    }
  }
  report('no address: set one of ' + [...settings.keys()].join(', '))
  return
}`,
    ),
    writeFile(
      'index.ts',
      `import * as net from 'node:net'
import * as tls from 'node:tls'
import { options } from './settings.ts'
const give = (reason: string) => {
  process.stderr.write(reason + '\\n', () => process.exit(1))
}
const found = options(give)
if (found) {
  const { secure, where, login } = found
  const socket = secure ? tls.connect({ ...where, servername: where.host }) : net.connect(where)
  socket.setTimeout(4000).on('timeout', () => socket.destroy(new Error('timeout')))
  const request = (words: string[], answer: (line: string) => void) => {
    const parts = words.map((word) => Buffer.from(word, 'utf8'))
    socket.write(Buffer.concat([Buffer.from('*' + parts.length + '\\r\\n'), ...parts.flatMap((part) => [Buffer.from('$' + part.length + '\\r\\n'), part, Buffer.from('\\r\\n')])]))
    socket.once('data', (data) => answer(data.toString('latin1').trimEnd()))
  }
  let answered = false
  const ping = () =>
    request(['PING'], (line) => {
      answered = true
      socket.end()
      if (line !== '+PONG') return give('PING failed: ' + line.slice(1, 40))
      console.log('Redis at ' + where.host + ':' + where.port + ' answered PONG')
    })
  if (login.length === 0) ping()
  else
    request(['AUTH', ...login], (line) => {
      if (line === '+OK') return ping()
      answered = true
      socket.end()
      give('AUTH failed: ' + line.slice(1, 40))
    })
  socket.on('error', (error: NodeJS.ErrnoException) => {
    answered = true
    give('socket: ' + (error.code ?? error.message))
  })
  socket.on('close', () => answered || give('socket: closed'))
}
`,
    ),
  ),
}
