import { type KnownMistake, replaceIn, commands } from '../../../workshop/check/suite.ts'
import {
  about,
  connected,
  gotPong,
  odd,
  said,
} from '../../shared/redis-connection/evidence-queries.ts'
import { byHand, claim, saysPong } from './raw-socket.ts'

// What is sent to Redis, and to which Redis.

/** What can go wrong with the command itself. */
export const sending: KnownMistake[] = [
  {
    id: 's1-not-resp',
    likely:
      'Redis could not read what it was sent: a number in it is wrong. *2 announces two words, $4 one of four bytes; an "ö" has two.',
    lookAt: 'the numbers after * and $, and how they are counted',
    matches: about((program) => odd(program, 'not-resp')),
    programs: {
      'a wrong length': replaceIn(
        'resp.ts',
        'Buffer.byteLength(word)',
        '(Buffer.byteLength(word) - 1)',
      ),
      'characters for bytes': replaceIn('resp.ts', 'Buffer.byteLength(word)', 'word.length'),
    },
  },
  {
    id: 's1-does-not-wait',
    likely:
      'the program ended before Redis had answered. write() only hands the bytes over; the answer comes later, as an event.',
    lookAt: 'what ends the program, and when',
    matches: about(
      (program) =>
        program.exit?.code === 0 &&
        program.connectAttempts.length > 0 &&
        !gotPong(program) &&
        !said(program, claim),
    ),
    programs: {
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
          socket.on('data', () => ${saysPong})`,
      }),
    },
  },
  {
    id: 's1-no-whole-command',
    likely:
      'it connected, but no whole command ever reached Redis: nothing was written, or the end of it is missing.',
    lookAt: 'what is written to the socket; each of its lines needs its line end',
    matches: about((program) => connected(program) && commands(program).length === 0),
    programs: {
      'no line end': byHand({
        talk: `
          socket.on('connect', () => socket.write('PING'))
          socket.on('data', () => socket.end())`,
      }),
    },
  },
  {
    id: 's1-no-ping',
    likely: 'it talked to Redis, but never sent PING.',
    lookAt: 'the commands on the wire, and what is written to the socket',
    matches: about(
      (program) => commands(program).length > 0 && commands(program, 'PING').length === 0,
    ),
    programs: {
      'another command': replaceIn('ping.ts', "command('PING')", "command('PNIG')"),
    },
  },
]
