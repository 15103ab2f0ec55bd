import { type WrongPrograms, replaceIn, writeFile } from '../../../workshop/check/suite.ts'
import { byHand, printsPong } from '../edits.ts'

const withLimit = 'return addAbortSignal(AbortSignal.timeout(LIMIT_MS), socket)'

const loop = `  for await (const reply of replies(socket)) {
    if (reply === '+PONG') return // leaving the loop closes the socket
    if (reply.startsWith('-')) throw new Error(reply.slice(1))
    if (reply !== '+OK') throw new Error('this is not a reply of Redis')
  }
  throw new Error('it closed the connection without a reply')
`

/** What a program does wrong when it cannot reach Redis, and what it must not print. */
export const failures: WrongPrograms = {
  's1-url-error-repeats-url': {
    'shows the error whole': replaceIn(
      'redis-url.ts',
      '  } catch {',
      '  } catch (error) {\n    console.error(JSON.stringify(error))',
    ),
  },
  's1-password-printed': {
    'prints the URL first': replaceIn(
      'index.ts',
      'await ping(',
      'console.log(`asking ${address.url}`)\n  await ping(',
    ),
  },
  's1-default-when-none-set': {
    localhost: byHand({
      read: `
    const variable = ['REDIS_URL', 'REDISCLOUD_URL', 'REDISTOGO_URL'].find((name) => process.env[name])
    const text = process.env[variable ?? ''] || 'redis://localhost:6379'
    if (!URL.canParse(text) || !/^rediss?:$/.test(new URL(text).protocol)) {
      console.error(variable + ' is malformed')
      process.exit(1)
    }
    const url = new URL(text)`,
    }),
  },
  's1-other-url-accepted': {
    'isRedisUrl() is not called': replaceIn(
      'redis-url.ts',
      '    if (!isRedisUrl(url)) return undefined\n',
      '',
    ),
  },
  's1-malformed-url-connectAttempts': {
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
  's1-never-gives-up': {
    'a timer': byHand({
      open: `
          const to = { host: url.hostname, port: Number(url.port || 6379) }
          const open = () => {
            const socket = url.protocol === 'rediss:' ? tls.connect(to) : net.connect(to)
            return socket.on('error', () => setTimeout(open, 300))
          }
          const socket = open()`,
      fail: "socket.on('error', () => console.error('Redis is not there yet'))",
    }),
  },
  's1-error-answers-ignored': {
    'error replies are skipped until the time limit': replaceIn(
      'ping.ts',
      "if (reply.startsWith('-')) throw new Error(reply.slice(1))",
      "if (reply.startsWith('-')) continue",
    ),
    'only -ERR is an error': replaceIn(
      'ping.ts',
      "if (reply.startsWith('-')) throw new Error(reply.slice(1))\n    if (reply !== '+OK')",
      "if (reply.startsWith('-ERR')) throw new Error(reply.slice(1))\n    if (reply === '')",
    ),
    'waits for PONG only': byHand({
      talk: `
          let rest = ''
          socket.on('connect', () => socket.write(login + 'PING\\r\\n'))
          socket.on('data', (data) => {
            rest += data
            if (!rest.includes('+PONG')) return
            ${printsPong}
            process.exit(0)
          })`,
      fail: `
          socket.on('error', (error) => {
            console.error('Redis cannot be reached: ' + (error as NodeJS.ErrnoException).code)
            process.exit(1)
          })`,
    }),
  },
  's1-no-time-limit': {
    'no limit': replaceIn('socket.ts', withLimit, 'return socket'),
    'a limit for connecting only': replaceIn(
      'socket.ts',
      withLimit,
      "const limit = setTimeout(() => socket.destroy(), LIMIT_MS)\n  return socket.on('connect', () => clearTimeout(limit))",
    ),
  },
  's1-closed-unnoticed': {
    'no listener for close': byHand({
      fail: `
          socket.on('error', (error) => {
            console.error('Redis cannot be reached: ' + (error as NodeJS.ErrnoException).code)
            process.exit(1)
          })
          socket.setTimeout(2000, () => {
            console.error('no reply')
            process.exit(1)
          })`,
    }),
    'a promise that only a reply or an error settles': replaceIn(
      'ping.ts',
      loop,
      `  await new Promise<void>((resolve, reject) => {
    let received = ''
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      received += chunk.toString()
      if (received.includes('+PONG\\r\\n')) resolve()
      const error = /^-.*/m.exec(received)
      if (error) reject(new Error(error[0].slice(1)))
    })
  })
  socket.destroy()
`,
    ),
  },
  's1-cause-is-a-bug': {
    'no address when no variable is set': replaceIn(
      'redis-url.ts',
      "if (!variable) throw new Error(`Set ${VARIABLES.join(' or ')} to something like ${EXAMPLE}`)",
      'if (!variable) return undefined as never',
    ),
  },
  's1-no-error-listener': {
    'no listener': byHand({ fail: '' }),
  },
  's1-error-not-caught': {
    'a promise that is not awaited': writeFile(
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
  's1-stack-printed': {
    'prints the error': replaceIn(
      'fail.ts',
      'console.error(messageOf(error))',
      'console.error(error)',
    ),
    'the error of new URL()': replaceIn(
      'redis-url.ts',
      '  } catch {',
      '  } catch (error) {\n    console.error(error)',
    ),
  },
  's1-fails-silently': {
    'only an exit code': replaceIn(
      'fail.ts',
      'console.error(messageOf(error))',
      'String(error)',
    ),
  },
  's1-fails-with-code-0': {
    'just prints': replaceIn('fail.ts', 'process.exit(1)', 'process.exit()'),
  },
  's1-other-exit-code': { two: replaceIn('fail.ts', 'process.exit(1)', 'process.exit(2)') },
  's1-reason-on-stdout': {
    'console.log': replaceIn('fail.ts', 'console.error(', 'console.log('),
  },
  's1-variable-not-named': {
    'the URL': replaceIn('redis-url.ts', '${variable} is malformed', 'The URL is malformed'),
    'always REDIS_URL': replaceIn(
      'redis-url.ts',
      '${variable} is malformed',
      'REDIS_URL is malformed',
    ),
  },
  's1-malformed-taken-for-unset': {
    'chooses the first variable that is well-formed': replaceIn(
      'redis-url.ts',
      'VARIABLES.find((name) => process.env[name])',
      "VARIABLES.find((name) => parse(process.env[name] ?? ''))",
    ),
  },
  's1-one-line-for-all': {
    'one sentence': replaceIn('ping.ts', '${describeError(error)}', 'cannot be reached'),
  },
}
