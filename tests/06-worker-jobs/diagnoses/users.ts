import {
  type Diagnosis,
  type Evidence,
  type Fact,
  commands,
  stderrMatches,
} from '../../../workshop/check/suite.ts'
import { appsOf, messagesAboutUser, publishedBy, subscribedBy } from './evidence-queries.ts'

/** Whose job is it? */
export const users: Diagnosis[] = [
  {
    id: 's6-work-in-the-web-instance',
    likely:
      'The web instance does the work itself, so it blocks, and other instances do not get the result.',
    lookAt: 'TODO(2) in `sockets.ts`: the web instance publishes the job and does not do it',
    requires: ({ fact }) =>
      fact.kind === 'command-missing' && !fact.instead && fact.reply?.event === 'done',
  },
  {
    id: 's6-job-listener-too-late',
    likely:
      'A device sent `job` as soon as it was connected, and your program did not react. The same job a moment later works: what arrives before `socket.on()` has run is lost.',
    lookAt:
      "`socket.on('job', …)`: it belongs before the first `await` of the 'connection' listener",
    requires: ({ fact }) => fact.kind === 'command-missing' && fact.retried === true,
  },
  {
    id: 's6-good-job-refused',
    likely: ({ fact }) =>
      `You answer a valid job of a logged-in user with ${answerIn(fact)?.slice(0, 80)}, and publish nothing.`,
    lookAt: 'the conditions in `ask()` in `sockets.ts`: which of them leads to that answer?',
    requires: ({ fact, app }) =>
      fact.kind === 'command-missing' &&
      fact.command === 'PUBLISH' &&
      fact.instead === undefined &&
      !fact.retried &&
      !app?.exit &&
      answerIn(fact) !== undefined,
  },
  {
    id: 's6-job-ignored',
    uncertain: true,
    likely:
      'A logged-in device is connected and sends `job`. Your program publishes nothing and answers nothing.',
    lookAt:
      "`socket.on('job', …)` in the 'connection' listener: is it there, and does it lead to `publish()` and to the acknowledgement?",
    requires: ({ fact, app }) =>
      fact.kind === 'command-missing' &&
      fact.command === 'PUBLISH' &&
      !fact.instead &&
      !fact.reply &&
      !fact.retried &&
      app?.exit === undefined,
  },
  {
    id: 's6-user-refused',
    likely: (evidence) =>
      readsSession(evidence)
        ? 'You refuse the socket of a user who is logged in. Redis returned the session, and your condition does not find the user in it, or refuses all the same.'
        : 'You refuse the socket of a user who is logged in: no session came from Redis for the handshake, so it has none, or an empty one without a user.',
    lookAt: (evidence) =>
      readsSession(evidence)
        ? 'the condition in `io.use()` in `sockets.ts`: the user is in `socket.request.session.user`'
        : 'TODO(1) in `sockets.ts`: `io.engine.use(sessions)`, with the middleware of Express and not a second `session()`, and the condition in `io.use()`',
    requires: ({ fact, app }) => fact.kind === 'socket-refused' && !app?.exit,
  },
  {
    id: 's6-sessions-for-sockets',
    likely:
      'You pass the session middleware to `io.use()`, which calls it with a socket. It needs a request, and throws.',
    lookAt: 'TODO(1) in `sockets.ts`: what passes requests to a middleware is `io.engine`',
    requires: ({ fact, app }) =>
      fact.kind === 'socket-unanswered' &&
      app !== undefined &&
      stderrMatches(app, /reading 'pathname'/),
  },
  {
    id: 's6-next-not-called',
    likely:
      'Your middleware neither accepts nor refuses the socket: it does not call next() on this path.',
    lookAt: 'every path through the function that you pass to `io.use()`',
    requires: ({ fact, app }) => fact.kind === 'socket-unanswered' && !app?.exit,
  },
  {
    id: 's6-userid-from-client',
    likely:
      'The user id comes from the client, which can send any name. The session knows who is logged in.',
    lookAt: 'where the user id comes from: request, handshake or session?',
    requires: ({ fact }) => fact.expectation === 'claimed-user',
    shows: messagesAboutUser,
  },
  {
    id: 's6-anonymous-let-in',
    likely: 'A socket of a user who is not logged in can ask for jobs.',
    lookAt: 'what happens to a handshake whose session has no user',
    requires: ({ fact }) => fact.expectation === 'not-logged-in',
  },
  {
    id: 's6-device-for-user',
    likely:
      'Two devices of one user publish on different channels: the part after JOB: is not the user. The id of a socket differs at each connection, that of a session at each login.',
    lookAt: 'what you give `channelOf()` as the user, in `ask()` in `sockets.ts`',
    requires: ({ fact }) => fact.expectation === 'same-user',
  },
  {
    id: 's6-user-shared',
    likely:
      'The job of one user is published for another one, who is connected at the same time: the user is in a variable that all sockets share.',
    lookAt:
      'where `ask()` in `sockets.ts` takes the user from: `userOf(socket)` reads the session of this socket',
    requires: ({ fact }) => fact.expectation === 'user-of-another',
    shows: (evidence) => publishedBy('web', 'JOB:', evidence),
  },
  {
    id: 's6-user-not-awaited',
    likely:
      'The user in the name of the channel is `[object Promise]`: `userOf()` is async, and you use its promise without awaiting it.',
    lookAt: 'the call of `userOf()` in `ask()` in `sockets.ts`: it needs an `await`',
    requires: ({ fact }) => /\[object Promise\]|%5Bobject%20Promise/i.test(wrongChannel(fact)),
  },
  {
    id: 's6-user-and-name-swapped',
    likely: ({ fact }) =>
      `You swap the user and the name of the job: the channel is ${wrongChannel(fact)}.`,
    lookAt:
      'the arguments of `channelOf()` in `sockets.ts`: the user comes before the name of the job',
    requires: ({ fact }) => isSwapped(fact),
  },
  {
    id: 's6-other-channel',
    likely: ({ fact }) =>
      fact.expectation === 'own-channel'
        ? `The jobs of two users are published on the same channel, ${wrongChannel(fact)}: the user is missing in its name.`
        : 'The job is published on a channel of another form than JOB:<userId>:<name>.',
    lookAt: 'how the name of the channel is built: `channelOf()` in `channels.ts`',
    requires: ({ fact }) =>
      wrongChannel(fact) !== '' &&
      !isSwapped(fact) &&
      !/\bundefined\b|\[object|%5Bobject|\bNaN\b/i.test(wrongChannel(fact)),
  },
  {
    id: 's6-user-pattern-injection',
    likely:
      "A user's name became part of a pattern, in which * and [ are special, so the user * receives the results of all users.",
    lookAt: 'the pattern that a name is put into: encode the name, or use one pattern for all',
    requires: (evidence) => {
      const { fact } = evidence
      const patterns = subscribedBy('web', 'PSUBSCRIBE', evidence)
      return (
        fact.expectation === 'odd-user-name' &&
        (fact.kind === 'event-unexpected' || fact.kind === 'event-repeated') &&
        patterns.some((one) => /^DONE:(\*|\[ab\]):/.test(one)) &&
        patterns.some((one) => one.startsWith('DONE:a:'))
      )
    },
  },
]

function isSwapped(fact: Fact): boolean {
  const expected = fact.kind === 'command-missing' ? (fact.channel ?? '') : ''
  const [kind, user, name] = expected.split(':')
  return wrongChannel(fact) !== '' && wrongChannel(fact) === `${kind}:${name}:${user}`
}

// After the login, for the handshake.
function readsSession(evidence: Evidence): boolean {
  return appsOf('web', evidence).some((app) => {
    const login = commands(app, 'SET').at(-1)?.seq ?? Infinity
    return commands(app, 'GET').some(({ seq, reply }) => seq > login && Boolean(reply))
  })
}

// What was acknowledged instead, as text.
function answerIn(fact: Fact): string | undefined {
  if (fact.kind !== 'command-missing' || !fact.reply || fact.reply.event) return undefined
  return JSON.stringify(fact.reply.args[0])
}

// The channel on which a job is published instead of that of its user.
function wrongChannel(fact: Fact): string {
  if (fact.kind === 'command-wrong' && fact.expectation === 'own-channel')
    return fact.command.args[0] ?? ''
  if (fact.kind !== 'command-missing' || fact.command !== 'PUBLISH') return ''
  const [channel = '', message = ''] = fact.instead?.args ?? []
  // A channel in the place of the message: the arguments are swapped.
  return fact.instead?.name === 'PUBLISH' && !message.startsWith('JOB:') ? channel : ''
}
