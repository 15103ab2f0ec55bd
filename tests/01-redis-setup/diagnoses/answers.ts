import { type KnownMistake, replaceIn, commands } from '../../../workshop/check/suite.ts'
import { logins } from '../../shared/logins.ts'
import {
  about,
  gotPong,
  said,
  stillConnected,
  trace,
  uncaught,
} from '../../shared/redis-connection/evidence-queries.ts'
import { byHand, claim, saysPong } from './raw-socket.ts'

// What becomes of Redis's answers.

/** What can go wrong between the answer and the line that is printed. */
export const answers: KnownMistake[] = [
  {
    id: 's1-any-answer-is-pong',
    likely:
      'the first thing Redis says is taken for PONG, whatever it is: the OK to AUTH, even an error.',
    lookAt: 'what is compared before the line is printed',
    matches: about(
      (program) =>
        said(program, claim) &&
        !gotPong(program) &&
        commands(program).some(
          ({ name, reply }) => /^(AUTH|PING)/.test(name) && reply !== undefined,
        ),
    ),
    programs: {
      'any line with a plus': replaceIn(
        'ping.ts',
        "answer === '+PONG'",
        "answer.startsWith('+')",
      ),
      'any data': byHand({
        talk: `
          socket.on('connect', () => socket.write(login + 'PING\\r\\n'))
          socket.once('data', () => {
            ${saysPong}
            socket.end()
          })`,
      }),
    },
  },
  {
    id: 's1-claims-without-answer',
    likely:
      'PONG is printed, but Redis has not answered. A log must only claim what has happened.',
    lookAt: 'when the line is printed: an answer of Redis must bring it about',
    matches: about((program) => said(program, claim) && !gotPong(program)),
    programs: {
      'prints when it is connected': byHand({
        talk: `
          socket.on('connect', () => {
            socket.write('PING\\r\\n')
            ${saysPong}
          })
          socket.on('data', () => socket.end())`,
      }),
      'never dials': byHand({ open: '', talk: saysPong, worry: '' }),
      'does not read': replaceIn('ping.ts', "command('PING'))", "command('PING'))\n  return"),
    },
  },
  {
    id: 's1-prints-other-address',
    likely: 'it asked the right Redis, but the line names another address than the URL has.',
    lookAt: 'what is printed as HOST and PORT',
    matches: about(
      (program, { expected }) =>
        gotPong(program) && said(program, claim) && expected.includes('to print'),
    ),
    programs: {
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
  },
  {
    id: 's1-answers-misread',
    likely:
      'Redis answers AUTH as well: +OK comes before +PONG, sometimes in one piece with it, sometimes apart.',
    lookAt: 'what the program does with the first answer, and with the rest of what came along',
    matches: about(
      (program) =>
        logins(program).some(({ refused }) => !refused) &&
        !said(program, claim) &&
        !uncaught(program),
    ),
    programs: {
      'one answer is all it expects': replaceIn(
        'ping.ts',
        "if (answer !== '+OK') throw",
        'throw',
      ),
      'one piece is one answer': byHand({
        talk: `
          socket.on('connect', () => socket.write(login + 'PING\\r\\n'))
          socket.on('data', (data) => {
            if (String(data) !== '+PONG\\r\\n') return
            ${saysPong}
            socket.end()
          })
          socket.setTimeout(700, () => process.exit(1))`,
      }),
    },
  },
  {
    id: 's1-pong-not-recognised',
    likely:
      'Redis answered PONG, and the program did not recognise it. On the wire an answer has a sign before it and a line end after it.',
    lookAt: 'what the answer is compared with',
    matches: about(
      (program) =>
        gotPong(program) &&
        !said(program, claim) &&
        program.exit?.code !== 0 &&
        !uncaught(program),
    ),
    programs: {
      'compares with PONG': replaceIn('ping.ts', "'+PONG'", "'PONG'"),
    },
  },
  {
    id: 's1-line-differs',
    likely:
      'Redis answered PONG, and the program did not say so in the words of the goal. Scripts search for exactly these.',
    lookAt: 'the line that is printed at the end',
    matches: about((program) => gotPong(program) && !said(program, claim)),
    programs: {
      'other words': replaceIn('index.ts', 'answered PONG', 'says PONG'),
      'the bare answer': byHand({
        talk: `
          socket.on('connect', () => socket.write(login + 'PING\\r\\n'))
          socket.on('data', (data) => {
            console.log(String(data))
            socket.end()
          })`,
      }),
    },
  },
  {
    id: 's1-socket-left-open',
    likely:
      'the connection is still open. Node ends a program when nothing is left to wait for, and an open socket can always bring something.',
    lookAt: 'what happens to the socket when the answer is there',
    matches: about(
      (program) =>
        gotPong(program) && said(program, claim) && !program.exit && stillConnected(program),
    ),
    programs: {
      'never closes': byHand({
        talk: `
          socket.on('connect', () => socket.write(login + 'PING\\r\\n'))
          socket.on('data', () => ${saysPong})`,
      }),
    },
  },
  {
    id: 's1-success-is-code-0',
    likely:
      'everything went well, and the exit code says that it did not. Scripts and platforms read nothing else.',
    lookAt: 'with which exit code the program ends, and who sets it',
    matches: about(
      (program) =>
        gotPong(program) &&
        said(program, claim) &&
        (program.exit?.code ?? 0) !== 0 &&
        !trace(program),
    ),
    programs: {
      'always 1': replaceIn(
        'index.ts',
        ' answered PONG`)',
        ' answered PONG`)\n  process.exitCode = 1',
      ),
    },
  },
]
