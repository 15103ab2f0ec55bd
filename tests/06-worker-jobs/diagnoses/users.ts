import { type KnownMistake, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { inGoal, published, subscribed } from './evidence-queries.ts'

const userOf = 'const user = await userOf(socket)'
const jobChannel = "channelOf('JOB', user, String(name))"

/** Whose job is it? */
export const users: KnownMistake[] = [
  {
    id: 's6-work-in-the-web-instance',
    likely:
      'The web instance does the work itself, so it blocks, and other instances do not get the result.',
    lookAt: 'where the job is done: the web instance should publish it',
    matches: ({ received }) => received.startsWith('nothing on Redis, and'),
    programs: {
      'counts and answers': combine(
        replaceIn(
          'sockets.ts',
          'import { randomUUID }',
          "import { countPrimes } from './primes.ts'\nimport { randomUUID }",
        ),
        replaceIn(
          'sockets.ts',
          `const receivers = await client.publish(${jobChannel}, job)`,
          "const receivers = 1\n  socket.emit('done', { name, result: countPrimes(Number(input), () => job) })",
        ),
      ),
    },
  },
  {
    id: 's6-userid-from-client',
    likely:
      'The user id comes from the client, which can send any name. The session knows who is logged in.',
    lookAt: 'where the user id comes from: request, handshake or session?',
    matches: ({ received }) => received.includes('it claims to be'),
    programs: {
      'a field of the job': replaceIn(
        'sockets.ts',
        userOf,
        'const user = fieldsOf(request).userId ?? (await userOf(socket))',
      ),
      'the handshake': replaceIn(
        'sockets.ts',
        userOf,
        'const user = socket.handshake.auth.user ?? (await userOf(socket))',
      ),
      'the address': replaceIn(
        'sockets.ts',
        userOf,
        'const user = socket.handshake.query.userId ?? (await userOf(socket))',
      ),
    },
  },
  {
    id: 's6-strangers-let-in',
    likely: 'A socket of a user who is not logged in can ask for jobs.',
    lookAt: 'what happens to a handshake whose session has no user',
    matches: ({ expected }) => expected.includes('somebody who is not logged in'),
    programs: {
      'a name for nobody': combine(
        replaceIn('sockets.ts', 'session.user ? undefined :', 'session ? undefined :'),
        replaceIn('sockets.ts', userOf, `${userOf} ?? 'anonymous'`),
        replaceIn(
          'sockets.ts',
          '(error ? undefined : request.session.user)',
          '(request.session?.user)',
        ),
      ),
    },
  },
  {
    id: 's6-device-for-user',
    likely:
      'The channel contains the device and not the user. A user has several devices, and a socket id changes at each connection.',
    lookAt: 'the part of the channel after JOB:',
    matches: ({ expected }) => expected.endsWith('like that of her first'),
    programs: {
      'the id of the socket': replaceIn(
        'sockets.ts',
        "channelOf('JOB', user,",
        "channelOf('JOB', socket.id,",
      ),
    },
  },
  {
    id: 's6-other-channel',
    likely: 'The job is published on a channel of another form than JOB:<userId>:<name>.',
    lookAt: 'how the name of the channel is built',
    matches: ({ expected, received }) =>
      received.startsWith('both on "JOB:') ||
      (expected.includes('to publish the job of') && received.startsWith('it published')),
    programs: {
      'the name first': replaceIn('sockets.ts', jobChannel, '`JOB:${name}:${user}`'),
      'nobody in it': replaceIn('sockets.ts', jobChannel, '`JOB:all:${name}`'),
    },
  },
  {
    id: 's6-user-pattern-injection',
    likely:
      "A user's name became part of a pattern, in which * and [ are special, so the user * receives the results of all users.",
    lookAt: 'the pattern that a name is put into: encode the name, or use one pattern for all',
    matches: (evidence) =>
      inGoal('and their results reach no other user')(evidence) &&
      subscribed('web', 'PSUBSCRIBE', evidence).some((one) =>
        /^DONE:([*]:|\[ab\]|a:)/.test(one),
      ),
    programs: {
      'a pattern per user': combine(
        replaceIn('web.ts', "['DONE:*', 'PROGRESS:*']", "['PROGRESS:*']"),
        replaceIn(
          'web.ts',
          'await listen(server)',
          `io.on('connection', (socket) => {
      const pattern = 'DONE:' + encodeURIComponent(socket.request.session.user) + ':*'
      void client2.pSubscribe(pattern, (message, channel) => {
        const { result } = fieldsOfJson(message)
        if (result) socket.emit('done', { name: channel.split(':').pop(), result })
      })
    })
    await listen(server)`,
        ),
        replaceIn(
          'web.ts',
          'import { newClient }',
          "import { fieldsOfJson } from './jobs.ts'\nimport { newClient }",
        ),
      ),
    },
  },
  {
    id: 's6-userid-with-colon',
    likely: 'A user id with ":" is split where you take the channel apart.',
    lookAt: 'where you split the channel at `:`; encode names before you build it',
    matches: (evidence) =>
      inGoal('and their results reach no other user')(evidence) &&
      published('web', 'JOB:a:b:', evidence).length > 0,
    programs: {
      'as it is, and the second of the pieces': combine(
        replaceIn(
          'channels.ts',
          "return encodeURIComponent(text).replaceAll('*', '%2A')",
          'return text',
        ),
        replaceIn(
          'channels.ts',
          'if (!user || !name || more.length > 0) return undefined',
          'return { kind, user, name: more.at(-1) ?? name }',
        ),
      ),
      'as it is': replaceIn(
        'channels.ts',
        "return encodeURIComponent(text).replaceAll('*', '%2A')",
        'return text',
      ),
    },
  },
]
