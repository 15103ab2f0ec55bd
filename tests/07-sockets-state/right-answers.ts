import { type RightAnswers, combine, replaceIn, writeFile } from '../../workshop/check/suite.ts'
import { inOneFile } from './right-answers/one-file.ts'
import { ownStyles } from './right-answers/own-styles.ts'

/** Other ways to be right, that a narrow-minded check would turn down. */
export const rightAnswers: RightAnswers = {
  ...inOneFile,
  ...ownStyles,

  'a WeakMap, a net under all handlers, a state with its own lists': combine(
    writeFile(
      'sockets-state.ts',
      `const users = new WeakMap()
const live = new Set()
export const socketsState = {
  add: (user, socket) => void live.add((users.set(socket, user), socket)),
  remove: (_user, socket) => void live.delete(socket),
  emit(user, event, args) {
    live.forEach((socket) => users.get(socket) === user && socket.send({ event, args }))
  },
  count: () => live.size,
}
`,
    ),
    replaceIn(
      'connection.ts',
      "const known = typeof event === 'string' && Object.hasOwn(handlers, event)",
      'const known = Object.keys(handlers).some((name) => name === event)',
    ),
    replaceIn(
      'connection.ts',
      'const answer = handle(socket, envelope)',
      `let answer
    try {
      answer = handle(socket, envelope)
      if ('error' in answer) answer = { status: 'error' }
    } catch {
      answer = false
    }`,
    ),
    replaceIn(
      'handlers.ts',
      'return { error: \'expected {"to":"grace","text":"hello"}\' }',
      "throw new TypeError('to')",
    ),
    replaceIn(
      'index.ts',
      'await close(server)',
      "process.removeAllListeners('SIGTERM')\n    process.kill(process.pid, 'SIGTERM')",
    ),
  ),

  'the token taken apart, a state with a number for each user, devices that receive the list of users':
    combine(
      replaceIn(
        'auth.ts',
        'const user = TOKENS.get(token)',
        "const [, name] = /^token-of-(ada|grace|linus)$/.exec(typeof token === 'string' ? token : '') ?? []\n  const user = name && [...TOKENS.values()].find((one) => one === name)",
      ),
      replaceIn('auth.ts', "token ? 'unknown token' : 'token missing'", "'not allowed'"),
      replaceIn(
        'chat-app.ts',
        'res.json({ instance, devices: socketsState.count() })',
        'res.json({ instance, devices: { all: Object.values(socketsState.count()).length } })',
      ),
      replaceIn(
        'connection.ts',
        '  socketsState.add(socket.data.user, socket)',
        "  socketsState.add(socket.data.user, socket)\n  socket.broadcast.emit('came', socket.data.user)\n  socket.nsp.emit('message', { event: 'online', args: socketsState.count() })",
      ),
      replaceIn(
        'connection.ts',
        'reply(answer)',
        "process.nextTick(() => reply('ok' in answer ? undefined : answer.error))",
      ),
      replaceIn('handlers.ts', 'text: 1000', 'text: 280'),
    ),

  'lists in an object without a prototype, texts trimmed': combine(
    writeFile(
      'sockets-state.ts',
      `const lists = Object.create(null)
export const socketsState = {
  add(user, socket) {
    lists[user] = [...(lists[user] ?? []), socket]
  },
  remove(user, socket) {
    const at = lists[user].indexOf(socket)
    if (at >= 0) lists[user].splice(at, 1)
    if (lists[user].length === 0) delete lists[user]
  },
  emit(user, event, args) {
    lists[user]?.forEach((socket) => socket.emit('message', { event, args: { ...args } }))
  },
  count: () => Object.fromEntries(Object.entries(lists).map(([user, list]) => [user, list.length])),
}
`,
    ),
    replaceIn('handlers.ts', '{ from, to, text })', '{ from, to, text: text.trim() })'),
    replaceIn(
      'index.ts',
      "io.on('connection', onConnection)",
      "io.on('connection', (socket) => onConnection(socket))",
    ),
    replaceIn(
      'index.ts',
      'new Server(server)',
      'new Server(server, { cors: { origin: true }, connectionStateRecovery: {} })',
    ),
  ),
}
