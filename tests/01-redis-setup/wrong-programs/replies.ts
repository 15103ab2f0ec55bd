import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { byHand, printsPong } from '../edits.ts'

/** Wrong ways to write commands and to read replies. */
export const replies: WrongPrograms = {
  's1-any-answer-is-pong': {
    'any line with a plus': replaceIn('ping.ts', "reply === '+PONG'", "reply.startsWith('+')"),
    'any data': byHand({
      talk: `
          socket.on('connect', () => socket.write(login + 'PING\\r\\n'))
          socket.once('data', () => {
            ${printsPong}
            process.exit(0)
          })`,
    }),
  },
  's1-claims-without-answer': {
    'prints when it is connected': byHand({
      talk: `
          socket.on('connect', () => {
            socket.write('PING\\r\\n')
            ${printsPong}
          })
          socket.on('data', () => process.exit(0))`,
    }),
    'never connects': byHand({ open: '', talk: printsPong, fail: '' }),
    'a closed connection is success': replaceIn(
      'ping.ts',
      "  throw new Error('it closed the connection without a reply')\n",
      '',
    ),
    'logs the error and goes on': replaceIn(
      'ping.ts',
      'throw new Error(`Redis at ${address.host}:${address.port} ${describeError(error)}`, {\n      cause: error,\n    })',
      'console.error(`Redis at ${address.host}:${address.port} ${describeError(error)}`)',
    ),
    'does not read': replaceIn('ping.ts', "command('PING'))", "command('PING'))\n  return"),
  },
  's1-ended-before-reply': {
    'ends its side with the commands': replaceIn(
      'ping.ts',
      "socket.write(auth(address) + command('PING'))",
      "socket.end(auth(address) + command('PING'))",
    ),
  },
  's1-prints-other-address': {
    'the address the socket reports': replaceIn(
      'index.ts',
      '${address.host}:',
      "${address.host === 'localhost' ? '127.0.0.1' : address.host}:",
    ),
    'the whole URL': replaceIn(
      'index.ts',
      '${address.host}:${address.port} answered',
      '${address.url} answered',
    ),
  },
  's1-closed-after-auth': {
    'a loop for each command': replaceIn(
      'ping.ts',
      "socket.write(auth(address) + command('PING'))",
      `const login = auth(address)
  if (login) {
    socket.write(login)
    for await (const reply of replies(socket)) {
      if (reply === '+OK') break
      throw new Error(reply.slice(1))
    }
  }
  socket.write(command('PING'))`,
    ),
  },
  's1-answers-misread': {
    'one reply is all it expects': replaceIn('ping.ts', "if (reply !== '+OK') throw", 'throw'),
    'the first piece is the whole reply': byHand({
      talk: `
          socket.on('connect', () => socket.write(login + 'PING\\r\\n'))
          socket.once('data', (data) => {
            const lines = String(data).split('\\r\\n')
            if (lines.includes('+PONG')) {
              ${printsPong}
              process.exit(0)
            }
            console.error(lines.find((line) => line.startsWith('-')) ?? 'no reply of Redis')
            process.exit(1)
          })`,
    }),
    'one piece is one reply': byHand({
      talk: `
          socket.on('connect', () => socket.write(login + 'PING\\r\\n'))
          socket.on('data', (data) => {
            if (String(data) !== '+PONG\\r\\n') return
            ${printsPong}
            process.exit(0)
          })`,
    }),
  },
  's1-waits-after-pong': {
    'remembers the reply and reads on': combine(
      replaceIn('ping.ts', '  for await', '  let answered = false\n  for await'),
      replaceIn(
        'ping.ts',
        'return // leaving the loop closes the socket\n    if',
        'answered = true\n    else if',
      ),
      replaceIn('ping.ts', "if (reply !== '+OK')", "else if (reply !== '+OK')"),
      replaceIn('ping.ts', "  throw new Error('it", "  if (!answered) throw new Error('it"),
    ),
    'compares with PONG, and skips what it does not know': combine(
      replaceIn('ping.ts', "'+PONG'", "'PONG'"),
      replaceIn(
        'ping.ts',
        "if (reply !== '+OK') throw new Error('this is not a reply of Redis')",
        '',
      ),
    ),
  },
  's1-pong-not-recognised': {
    'compares with PONG': replaceIn('ping.ts', "'+PONG'", "'PONG'"),
    'goes on after the loop': replaceIn(
      'ping.ts',
      'return // leaving the loop closes the socket',
      'break',
    ),
  },
  's1-line-differs': {
    'other words': replaceIn('index.ts', 'answered PONG', 'replied PONG'),
    'the bare reply': byHand({
      talk: `
          socket.on('connect', () => socket.write(login + 'PING\\r\\n'))
          socket.on('data', (data) => {
            console.log(String(data))
            process.exit(0)
          })`,
    }),
  },
  's1-socket-left-open': {
    'never closes': byHand({
      talk: `
          socket.on('connect', () => socket.write(login + 'PING\\r\\n'))
          socket.on('data', () => ${printsPong})`,
      fail: '',
    }),
  },
  's1-success-is-code-0': {
    'always 1': replaceIn(
      'index.ts',
      ' answered PONG`)',
      ' answered PONG`)\n  process.exitCode = 1',
    ),
  },
  's1-not-resp': {
    'a wrong length': replaceIn(
      'resp.ts',
      'Buffer.byteLength(word)',
      '(Buffer.byteLength(word) - 1)',
    ),
    'characters for bytes': replaceIn('resp.ts', 'Buffer.byteLength(word)', 'word.length'),
  },
  's1-does-not-wait': {
    'exits after the write': byHand({
      talk: `
          socket.on('connect', () => {
            socket.write(login + 'PING\\r\\n')
            process.exit(0)
          })`,
    }),
    'closes after the write': byHand({
      talk: `
          socket.on('connect', () => {
            socket.write(login + 'PING\\r\\n', () => socket.destroy())
          })
          socket.on('data', () => ${printsPong})`,
      fail: '',
    }),
  },
  's1-no-whole-command': {
    'PING waits for the reply to AUTH': combine(
      replaceIn('ping.ts', "auth(address) + command('PING')", 'auth(address)'),
      replaceIn(
        'ping.ts',
        "if (reply !== '+OK') throw new Error('this is not a reply of Redis')",
        "if (reply === '+OK') socket.write(command('PING'))",
      ),
    ),
    'no line end': byHand({
      talk: `
          socket.on('connect', () => socket.write('PING'))
          socket.on('data', () => socket.end())`,
      fail: '',
    }),
  },
  's1-no-ping': {
    'another command': replaceIn('ping.ts', "command('PING')", "command('PNIG')"),
  },
}
