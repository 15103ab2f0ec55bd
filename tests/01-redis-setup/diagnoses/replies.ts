import {
  type AppEvidence,
  type Diagnosis,
  commands,
  forApp,
  printedStack,
  stdoutMatches,
} from '../../../workshop/check/suite.ts'
import { logins } from '../../shared/logins.ts'
import {
  firstLine,
  gotError,
  gotPong,
  pongSeq,
  printed,
  stillConnected,
  threw,
} from '../../shared/redis-connection/evidence-queries.ts'

/** The line of the goal, with anything around it. */
const claim = /answered PONG/i

/** What can go wrong between the reply and the line that is printed. */
export const replies: Diagnosis[] = [
  {
    id: 's1-any-answer-is-pong',
    likely:
      'You take another reply for PONG. The first one can be the OK to AUTH, or an error.',
    lookAt: 'TODO(4): what is compared before the line is printed',
    requires: forApp((app) => claimsEarly(app) && hadReply(app)),
  },
  {
    id: 's1-claims-without-answer',
    likely:
      'You print "answered PONG", and Redis has not replied. A log line must claim only what has happened.',
    lookAt: '`ping()`: does it also return when the connection is closed before +PONG arrives?',
    requires: forApp((app) => claimsEarly(app) && !hadReply(app)),
  },
  {
    id: 's1-prints-other-address',
    likely: 'You asked the right Redis, and the line names another address than the URL.',
    lookAt: 'what is printed as HOST and PORT',
    requires: forApp(
      (app, { fact }) => fact.kind === 'output-missing' && gotPong(app) && printed(app, claim),
    ),
  },
  {
    id: 's1-answers-misread',
    likely:
      'You do not expect a reply to AUTH: +OK arrives before +PONG, sometimes in one piece with it, sometimes apart.',
    lookAt: 'TODO(4): what happens after the first reply, and with the rest of one piece',
    requires: forApp(
      (app) =>
        logins(app).some(({ accepted }) => accepted) &&
        !gotError(app) &&
        !printed(app, claim) &&
        !threw(app) &&
        app.exit?.code !== 0,
    ),
  },
  {
    id: 's1-pong-not-recognised',
    likely:
      'Redis replied PONG, and your program does not take it for success. On the wire the reply is +PONG with a line end after it.',
    lookAt: 'TODO(4): what the reply is compared with, and what runs after that',
    requires: forApp(
      (app) =>
        gotPong(app) &&
        !gotError(app) &&
        logins(app).length === 0 &&
        app.exit?.code !== 0 &&
        !threw(app) &&
        !printsAfterPong(app),
    ),
  },
  {
    id: 's1-line-differs',
    likely:
      'Redis replied PONG, and you print another line than the goal. Scripts search for exactly these words.',
    lookAt: 'the line that is printed at the end; the goal has it word for word',
    requires: forApp(
      (app, { fact }) =>
        fact.kind === 'output-missing' && printsAfterPong(app) && !printed(app, claim),
    ),
  },
  {
    id: 's1-socket-left-open',
    likely:
      'You leave the connection open. Node.js ends a program when nothing is left to wait for, and an open socket can always bring something.',
    lookAt: 'what happens to the socket after the reply',
    requires: forApp(
      (app, { fact }) =>
        fact.kind === 'exit-missing' &&
        gotPong(app) &&
        printed(app, claim) &&
        stillConnected(app),
    ),
  },
  {
    id: 's1-success-is-code-0',
    likely:
      'Everything succeeded, and your program ends with another exit code than 0. Scripts and platforms look at nothing else.',
    lookAt: '`process.exitCode` and `process.exit()`',
    requires: forApp(
      (app, { fact }) =>
        fact.kind === 'exit-wrong' && fact.expected === 0 && gotPong(app) && !printedStack(app),
    ),
  },
]

// It printed the line before Redis had replied PONG.
function claimsEarly(app: AppEvidence): boolean {
  const line = firstLine(app, claim)
  return line !== undefined && line.seq < (pongSeq(app) ?? Infinity)
}

function hadReply(app: AppEvidence): boolean {
  const end = firstLine(app, claim)?.seq ?? 0
  return commands(app).some(
    ({ name, replySeq = Infinity }) => /^(AUTH|PING)/.test(name) && replySeq < end,
  )
}

function printsAfterPong(app: AppEvidence): boolean {
  const pong = pongSeq(app) ?? Infinity
  return (
    stdoutMatches(app, /PONG/i) ||
    app.lines.some(({ stream, seq, text }) => stream === 'stdout' && seq > pong && text.trim())
  )
}
