import { type Edit, writeFile } from '../../workshop/check/suite.ts'

// Wrong programs of step 1 that are not the solution with one line written differently.

/** Prints the line of the goal, in a program made by `byHand`. */
export const printsPong =
  'console.log(`Redis at ${url.hostname}:${url.port || 6379} answered PONG`)'

/** The pieces of a program in one file, by an author who is new to sockets. */
interface Pieces {
  /** Makes `url`. */
  read?: string
  /** Makes `socket`. */
  open?: string
  /** Makes `login`, the text of AUTH. */
  login?: string
  /** What happens on the socket. */
  talk?: string
  /** What happens when the connection fails. */
  fail?: string
}

const usual = {
  read: `
    const variable = ['REDIS_URL', 'REDISCLOUD_URL', 'REDISTOGO_URL'].find((name) => process.env[name])
    const text = process.env[variable ?? '']
    if (!text) {
      console.error('Please set REDIS_URL')
      process.exit(1)
    }
    if (!URL.canParse(text) || !/^rediss?:$/.test(new URL(text).protocol)) {
      console.error(variable + ' is malformed')
      process.exit(1)
    }
    const url = new URL(text)`,
  open: `
    const to = { host: url.hostname, port: Number(url.port || 6379) }
    const socket = url.protocol === 'rediss:' ? tls.connect(to) : net.connect(to)`,
  login: `
    const words = [url.username, url.password].filter(Boolean).map(decodeURIComponent)
    const bulk = (word: string) => '$' + Buffer.byteLength(word) + '\\r\\n' + word + '\\r\\n'
    const auth = '*' + (words.length + 1) + '\\r\\n' + ['AUTH', ...words].map(bulk).join('')
    const login = words.length > 0 ? auth : ''`,
  talk: `
    let rest = ''
    socket.on('connect', () => socket.write(login + 'PING\\r\\n'))
    socket.on('data', (data) => {
      rest += data
      if (rest.startsWith('-')) {
        console.error('Redis rejects us: ' + rest.split(' ')[0])
        process.exit(1)
      }
      if (!rest.includes('+PONG\\r\\n')) return
      ${printsPong}
      process.exit(0)
    })`,
  fail: `
    const fail = (cause?: string) => {
      console.error('Redis cannot be reached: ' + cause)
      process.exit(1)
    }
    socket.on('error', (error) => fail((error as NodeJS.ErrnoException).code))
    socket.on('close', () => fail('it closed the connection'))
    socket.setTimeout(2000, () => fail('no reply'))`,
}

/** A whole program in one file, right but for the pieces that are given. */
export function byHand(pieces: Pieces = {}): Edit {
  const { read, open, login, talk, fail } = { ...usual, ...pieces }
  const imports = "import net from 'node:net'\nimport tls from 'node:tls'\n"
  return writeFile('index.ts', [imports, read, open, login, talk, fail].join('\n'))
}
