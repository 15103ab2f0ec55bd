import {
  type AppEvidence,
  type CommandEvent,
  type Diagnosis,
  type Evidence,
  RespError,
  type WireEvent,
  commands,
  forApp,
  isCommand,
  printedStack,
  stdoutMatches,
} from '../../../workshop/check/suite.ts'
import { isLogin, logins } from '../../shared/logins.ts'
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
    id: 's1-ended-before-reply',
    likely: ({ app }) =>
      `You end your side of the connection before the first reply has arrived. The check delays ${app && endedEarly(app)?.name} a little, and Redis then never receives it.`,
    lookAt:
      '`socket.end()` and `socket.destroy()`: send the commands with `socket.write()`, and close the connection after +PONG',
    requires: forApp(
      (app, { fact }) =>
        fact.kind === 'command-missing' &&
        app.exit?.code !== 0 &&
        endedEarly(app) !== undefined,
    ),
    shows: ({ app }) => app?.wire ?? [],
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
    id: 's1-closed-after-auth',
    likely:
      'You close the connection after the reply to AUTH, before PING is sent. A `break`, `return` or `throw` in a loop over the replies closes the socket.',
    lookAt: 'TODO(4): one loop for all replies, which goes on after +OK',
    requires: forApp(
      (app) => commands(app, 'PING').length === 0 && closedAfterLogin(app) !== undefined,
    ),
    shows: ({ app }) => (app ? [...commands(app).filter(isLogin), closedAfterLogin(app)] : []),
  },
  {
    id: 's1-answers-misread',
    likely: (evidence) =>
      knowsBothReplies(evidence)
        ? 'You take the first piece that arrives for the whole reply. When +OK and +PONG arrived in one piece, your program succeeded; here +OK, the reply to AUTH, arrived alone.'
        : 'You do not expect a reply to AUTH: +OK arrives before +PONG, sometimes in one piece with it, sometimes apart.',
    lookAt: 'TODO(4): what happens after the first reply, and with the rest of one piece',
    requires: forApp(
      (app) =>
        logins(app).some(({ accepted }) => accepted) &&
        !gotError(app) &&
        !printed(app, claim) &&
        !threw(app) &&
        app.exit?.code !== 0,
    ),
    sameCauseAs: ['s1-closed-after-auth'],
  },
  {
    id: 's1-waits-after-pong',
    likely:
      'Redis replied PONG, and your program goes on waiting until a time limit ends it. Redis keeps the connection open, so a loop over the replies does not end by itself.',
    lookAt:
      'TODO(4): does "+PONG" reach the line that compares it? Does the loop end there, with `return`?',
    requires: forApp((app) => gotPong(app) && !printsAfterPong(app) && waitsAfterPong(app)),
    sameCauseAs: ['s1-answers-misread'],
    shows: ({ app }) => (app ? app.wire.filter(({ kind }) => kind !== 'open') : []),
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
    sameCauseAs: ['s1-waits-after-pong'],
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

// It succeeded where both replies arrived in one piece, and here PING was held back, and with it PONG.
function knowsBothReplies({ app, apps }: Evidence): boolean {
  const isApart = app && commands(app, 'PING').some(({ held, wasHeld }) => held || wasHeld)
  return isApart === true && apps.some((other) => other !== app && succeeds(other))
}

function succeeds(app: AppEvidence): boolean {
  return logins(app).some(({ accepted }) => accepted) && printed(app, claim)
}

// The command that the check held back when the program closed its connection, on which it had
// received nothing.
function endedEarly(app: AppEvidence): CommandEvent | undefined {
  const held = commands(app).find((command) => command.held)
  const onIt = app.wire.filter(({ connection }) => connection === held?.connection)
  const isAnswered = onIt.some((event) => isCommand(event) && event.reply !== undefined)
  const isClosed = onIt.some((event) => event.kind === 'close' && event.by === 'client')
  return isClosed && !isAnswered ? held : undefined
}

// Where it closed its connection after Redis had accepted its login.
function closedAfterLogin(app: AppEvidence): WireEvent | undefined {
  const login = commands(app)
    .filter(isLogin)
    .find(({ reply }) => reply !== undefined && !(reply instanceof RespError))
  return app.wire.find(
    (event) =>
      event.kind === 'close' &&
      event.by === 'client' &&
      event.connection === login?.connection &&
      event.seq > (login.replySeq ?? Infinity),
  )
}

// It kept its connection open for more than a second after PONG, and then ended with an error.
function waitsAfterPong(app: AppEvidence): boolean {
  const pong = commands(app, 'PING').find(({ reply }) => reply === 'PONG')
  const closed = app.wire.find(
    ({ kind, connection }) => kind === 'close' && connection === pong?.connection,
  )
  const waited = (closed?.at ?? 0) - (pong?.repliedAt ?? Infinity)
  return waited > 1_000 && app.exit !== undefined && app.exit.code !== 0
}

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
