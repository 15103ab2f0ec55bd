import {
  type AppEvidence,
  type Diagnosis,
  commands,
  forApp,
  stdoutMatches,
} from '../../../workshop/check/suite.ts'
import {
  connected,
  gotError,
  printed,
  protocolError,
} from '../../shared/redis-connection/evidence-queries.ts'

/** What can go wrong with the commands themselves. */
export const commandsSent: Diagnosis[] = [
  {
    id: 's1-not-resp',
    likely:
      'Redis cannot parse what you send: a number in it is wrong, or there is other text between the commands. *2 announces two strings, $4 one of four bytes; an "ö" has two bytes.',
    lookAt:
      'the numbers after * and $, and how they are counted; can a part of what you write be undefined?',
    requires: forApp((app) => protocolError(app, 'not-resp')),
  },
  {
    id: 's1-does-not-wait',
    likely:
      'Your program ends before Redis has replied. `write()` only hands over the bytes; the reply arrives later, as an event.',
    lookAt: 'what ends the program or closes the socket, and when',
    requires: forApp(
      (app, { fact }) =>
        (fact.kind === 'command-missing' || fact.kind === 'output-missing') &&
        app.exit?.code === 0 &&
        app.connectAttempts.length > 0 &&
        !stdoutMatches(app, /\S/),
    ),
  },
  {
    id: 's1-no-whole-command',
    likely:
      'You connect, and no whole command ever reaches Redis: nothing is written, or its line end is missing.',
    lookAt:
      'what is written to the socket, and what must come before it: without a password nothing replies to AUTH. Each line of a command ends with \\r\\n',
    requires: forApp(
      (app, { fact }) =>
        fact.kind === 'command-missing' &&
        connected(app) &&
        commands(app).length === 0 &&
        !protocolError(app) &&
        !printed(app, /CERT|certificate|altnames/i) &&
        app.exit?.code !== 0,
    ),
  },
  {
    id: 's1-no-ping',
    likely: 'You send commands to Redis, and PING is not among them.',
    lookAt: 'TODO(3): the commands that are written to the socket',
    requires: forApp(
      (app, { fact }) =>
        fact.kind === 'command-missing' && commands(app).length > 0 && !asked(app),
    ),
    sameCauseAs: ['s1-closed-after-auth'],
  },
]

// PING was sent, or could not be, as Redis had not let it in.
function asked(app: AppEvidence): boolean {
  return (
    commands(app, 'PING').length > 0 ||
    protocolError(app) ||
    gotError(app, 'NOAUTH') ||
    gotError(app, 'WRONGPASS')
  )
}
