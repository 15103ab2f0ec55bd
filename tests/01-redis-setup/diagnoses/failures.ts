import { type KnownMistake, writeFile } from '../../../workshop/check/suite.ts'
import {
  about,
  given,
  gotError,
  lookedAt,
  said,
  uncaught,
  urlOf,
} from '../../shared/redis-connection/evidence-queries.ts'
import { byHand, saysPong } from './raw-socket.ts'

// When it does not work: who is called, how long, and how the program ends.

/** What can go wrong when there is no Redis to be had. */
export const failures: KnownMistake[] = [
  {
    id: 's1-default-when-none-set',
    likely:
      'no variable is set, and it called at a default address. In production that hides a missing setting for a long time.',
    lookAt: 'what happens when none of the three variables is set',
    matches: about(
      (program) =>
        given(program).length === 0 &&
        program.connectAttempts.length > 0 &&
        lookedAt(program).length > 0,
    ),
    programs: {
      localhost: byHand({
        read: `
    const set = process.env.REDIS_URL || process.env.REDISCLOUD_URL || process.env.REDISTOGO_URL
    const text = set || 'redis://localhost:6379'
    if (!URL.canParse(text)) {
      console.error('REDIS_URL is malformed')
      process.exit(1)
    }
    const url = new URL(text)`,
      }),
    },
  },
  {
    id: 's1-malformed-url-connectAttempts',
    likely:
      'the variable holds no URL, and it called somebody all the same: what could not be read was filled up with defaults.',
    lookAt: 'what happens when a part of the URL is missing',
    matches: about(
      (program) =>
        given(program).length > 0 && !urlOf(program) && program.connectAttempts.length > 0,
    ),
    programs: {
      'a pattern with defaults': byHand({
        read: `
    const text = process.env.REDIS_URL || process.env.REDISCLOUD_URL || process.env.REDISTOGO_URL
    if (!text) {
      console.error('Please set REDIS_URL')
      process.exit(1)
    }
    const host = /([\\w.]+):\\d+$/.exec(text)?.[1] ?? 'localhost'
    const port = /:(\\d+)$/.exec(text)?.[1] ?? '6379'
    const url = URL.canParse(text) ? new URL(text) : new URL('redis://' + host + ':' + port)`,
      }),
    },
  },
  {
    id: 's1-tries-for-ever',
    likely: 'it tries again and again. In this step once is enough: say why, and end.',
    lookAt: 'who opens a connection after one has failed',
    matches: about((program) => !program.exit && program.connectAttempts.length > 1),
    programs: {
      'a timer': byHand({
        open: `
          const to = { host: url.hostname, port: Number(url.port || 6379) }
          const dial = () => {
            const socket = url.protocol === 'rediss:' ? tls.connect(to) : net.connect(to)
            return socket.on('error', () => setTimeout(dial, 300))
          }
          const socket = dial()`,
        worry: "socket.on('error', () => console.error('Redis is not there yet'))",
      }),
    },
  },
  {
    id: 's1-error-answers-ignored',
    likely:
      'Redis has answered with an error, and the program goes on waiting for PONG. An answer that begins with a minus is an error.',
    lookAt: 'what the program does with other answers than PONG',
    matches: about(
      (program) =>
        !program.exit && (gotError(program, 'WRONGPASS') || gotError(program, 'NOAUTH')),
    ),
    programs: {
      'waits for PONG only': byHand({
        talk: `
          let rest = ''
          socket.on('connect', () => socket.write(login + 'PING\\r\\n'))
          socket.on('data', (data) => {
            rest += data
            if (!rest.includes('+PONG')) return
            ${saysPong}
            socket.end()
          })`,
      }),
    },
  },
  {
    id: 's1-no-error-listener',
    likely:
      'the socket said "error", and nobody listened. Node then ends the program with a stack trace.',
    lookAt: 'the events of the socket that the program listens to',
    matches: about((program) => said(program, /Unhandled 'error' event/)),
    programs: {
      'no listener': byHand({ worry: '' }),
    },
  },
  {
    id: 's1-error-not-caught',
    likely:
      'an error that nobody caught ended the program. Its stack trace hides the one sentence that matters.',
    lookAt: 'who catches what is thrown, and every promise that can be rejected',
    matches: about((program, { expected }) => whenItFails(expected) && uncaught(program)),
    programs: {
      'a promise nobody waits for': writeFile(
        'index.ts',
        `import { ping } from './ping.ts'
         import { redisAddress } from './redis-url.ts'
         import { exitWithError } from './fail.ts'
         try {
           const address = redisAddress()
           const line = \`Redis at \${address.host}:\${address.port} answered PONG\`
           void ping(address).then(() => console.log(line))
         } catch (error) {
           exitWithError(error)
         }`,
      ),
    },
  },
]

/** Whether what was expected is about one of the four causes, or what is said of it. */
export function whenItFails(expected: string): boolean {
  return / when (no variable|REDIS_URL is|Redis refuses|the password)/.test(expected)
}
