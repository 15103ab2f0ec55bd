import { type Edit, writeFile } from '../../../workshop/check/suite.ts'

/** The line that says it, whatever stands around it. */
export const claim = /answered PONG/i

/** Prints that line, in a program made by `byHand`. */
export const saysPong =
  'console.log(`Redis at ${url.hostname}:${url.port || 6379} answered PONG`)'

/** The pieces of a program as one writes it who meets sockets for the first time. */
interface Pieces {
  /** Makes `url`. */
  read?: string
  /** Makes `socket`. */
  open?: string
  /** Makes `login`, the text of AUTH. */
  login?: string
  /** What happens on the socket. */
  talk?: string
  /** What happens when something goes wrong. */
  worry?: string
}

const usual = {
  read: `
    const text = process.env.REDIS_URL || process.env.REDISCLOUD_URL || process.env.REDISTOGO_URL
    if (!text) {
      console.error('Please set REDIS_URL')
      process.exit(1)
    }
    if (!URL.canParse(text)) {
      console.error('REDIS_URL is malformed')
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
        console.error('Redis does not let us in: ' + rest.split(' ')[0])
        process.exit(1)
      }
      if (!rest.includes('+PONG\\r\\n')) return
      ${saysPong}
      socket.end()
    })`,
  worry: `
    socket.on('error', (error) => {
      console.error('Redis cannot be reached: ' + (error as NodeJS.ErrnoException).code)
      process.exit(1)
    })`,
}

/** A whole program in one file, right but for the pieces that are given. */
export function byHand(pieces: Pieces = {}): Edit {
  const { read, open, login, talk, worry } = { ...usual, ...pieces }
  const imports = "import net from 'node:net'\nimport tls from 'node:tls'\n"
  return writeFile('index.ts', [imports, read, open, login, talk, worry].join('\n'))
}
