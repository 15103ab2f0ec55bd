import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'

const userOf = 'const user = await userOf(socket)'
const jobChannel = "channelOf('JOB', user, String(name))"

/** The wrong user, or the wrong channel. */
export const users: WrongPrograms = {
  's6-work-in-the-web-instance': {
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
  's6-userid-from-client': {
    'the room of a device': replaceIn(
      'sockets.ts',
      "roomOf(socket.request.session.user ?? '')",
      "roomOf(socket.handshake.auth.user ?? socket.request.session.user ?? '')",
    ),
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
  's6-anonymous-let-in': {
    'a name for anonymous users': combine(
      replaceIn('sockets.ts', 'session.user ? undefined :', 'session ? undefined :'),
      replaceIn('sockets.ts', userOf, `${userOf} ?? 'anonymous'`),
      replaceIn(
        'sockets.ts',
        '(error ? undefined : request.session.user)',
        '(request.session?.user)',
      ),
    ),
  },
  's6-device-for-user': {
    'the id of the socket': replaceIn(
      'sockets.ts',
      "channelOf('JOB', user,",
      "channelOf('JOB', socket.id,",
    ),
    'the id of the session': replaceIn(
      'sockets.ts',
      "channelOf('JOB', user,",
      "channelOf('JOB', socket.request.session.id,",
    ),
  },
  's6-users-share-a-channel': {
    'the colon alone': replaceIn(
      'channels.ts',
      "return encodeURIComponent(text).replaceAll('*', '%2A')",
      "return text.replaceAll(':', '%3A')",
    ),
  },
  's6-user-shared': {
    'a variable of the module': combine(
      replaceIn('sockets.ts', userOf, 'const user = currentUser'),
      replaceIn(
        'sockets.ts',
        'type Answer =',
        'let currentUser: string | undefined\ntype Answer =',
      ),
      replaceIn(
        'sockets.ts',
        "'connection', (socket) => {",
        "'connection', (socket) => {\n    currentUser = socket.request.session.user",
      ),
    ),
  },
  's6-user-not-awaited': {
    'userOf() without await': replaceIn(
      'sockets.ts',
      userOf,
      'const user: any = userOf(socket)',
    ),
    'and names as they are': combine(
      replaceIn('sockets.ts', userOf, 'const user: any = userOf(socket)'),
      replaceIn(
        'channels.ts',
        "return encodeURIComponent(text).replaceAll('*', '%2A')",
        'return text',
      ),
    ),
  },
  's6-user-and-name-swapped': {
    'the name first': replaceIn('sockets.ts', jobChannel, '`JOB:${name}:${user}`'),
    'the arguments': replaceIn(
      'sockets.ts',
      jobChannel,
      "channelOf('JOB', String(name), user)",
    ),
  },
  's6-other-channel': {
    'no user in it': replaceIn('sockets.ts', jobChannel, '`JOB:all:${name}`'),
  },
  's6-user-pattern-injection': {
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
  's6-encodes-one-star': {
    'replace() for replaceAll()': replaceIn('channels.ts', "replaceAll('*'", "replace('*'"),
  },
  's6-job-listener-too-late': {
    'after something that takes a moment': combine(
      replaceIn(
        'sockets.ts',
        "'connection', (socket) => {",
        "'connection', async (socket) => {",
      ),
      replaceIn(
        'sockets.ts',
        "socket.on('job'",
        "await new Promise((resolve) => setTimeout(resolve, 100))\n    socket.on('job'",
      ),
    ),
  },
  's6-good-job-refused': {
    'the condition inverted': replaceIn('sockets.ts', 'if (!user) return', 'if (user) return'),
  },
  's6-job-ignored': {
    'another event': replaceIn('sockets.ts', "socket.on('job'", "socket.on('jobs'"),
  },
  's6-encoded-twice': {
    'before channelOf()': replaceIn(
      'sockets.ts',
      "channelOf('JOB', user, String(name))",
      "channelOf('JOB', encodeURIComponent(user), String(name))",
    ),
    'a piece of the channel': replaceIn(
      'worker.ts',
      "const { user, name = '' } = readChannel(channel) ?? {}",
      "const [, user, name = ''] = channel.split(':')",
    ),
  },
  's6-sessions-for-sockets': {
    'io.use(sessions)': replaceIn(
      'sockets.ts',
      'io.engine.use(sessions)',
      'io.use(sessions as any)',
    ),
  },
  's6-name-not-restored': {
    'special characters become one': replaceIn(
      'channels.ts',
      "return encodeURIComponent(text).replaceAll('*', '%2A')",
      "return text.replace(/[:*[\\]]/g, '_')",
    ),
    'small letters': replaceIn(
      'channels.ts',
      'return encodeURIComponent(text)',
      'return encodeURIComponent(text.toLowerCase())',
    ),
  },
  's6-userid-with-colon': {
    'encodeURI()': replaceIn('channels.ts', 'encodeURIComponent(text)', 'encodeURI(text)'),
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
    'a channel that is not built by channelOf()': replaceIn(
      'sockets.ts',
      jobChannel,
      '`JOB:${user}:${name}`',
    ),
    'as it is': replaceIn(
      'channels.ts',
      "return encodeURIComponent(text).replaceAll('*', '%2A')",
      'return text',
    ),
  },
  's6-user-refused': {
    'a handshake without a session': combine(
      replaceIn('sockets.ts', '  io.engine.use(sessions)\n', ''),
      replaceIn(
        'sockets.ts',
        'next(socket.request.session.user ?',
        'next(socket.request.session?.user ?',
      ),
    ),
    'a second session() without a store': combine(
      replaceIn(
        'sockets.ts',
        'io.engine.use(sessions)',
        "io.engine.use(session({ secret: process.env.SESSION_SECRET ?? '', resave: false, saveUninitialized: false }))",
      ),
      replaceIn(
        'sockets.ts',
        'import { randomUUID }',
        "import session from 'express-session'\nimport { randomUUID }",
      ),
    ),
    'looks in the handshake': replaceIn(
      'sockets.ts',
      'next(socket.request.session.user ?',
      'next((socket.handshake as any).session?.user ?',
    ),
    'the condition inverted': replaceIn(
      'sockets.ts',
      "session.user ? undefined : new Error('log in first')",
      "session.user ? new Error('log in first') : undefined",
    ),
  },
  's6-next-not-called': {
    'only for a refusal': replaceIn(
      'sockets.ts',
      "next(socket.request.session.user ? undefined : new Error('log in first'))",
      "if (!socket.request.session.user) next(new Error('log in first'))",
    ),
  },
}
