import { type Edit, combine, replaceIn } from '../../workshop/check/suite.ts'

// Pieces of the solution that wrong programs change.

/** Where the token comes from. */
export const takesToken = 'const { token } = socket.handshake.auth'

/** Whom it belongs to. */
export const asks = 'const user = TOKENS.get(token)'

/** What is done when it belongs to no user. */
export const refusal =
  "if (!user) return next(new Error(token ? 'unknown token' : 'token missing'))"

/** A table of tokens that is a plain object. */
export const plainTable = combine(
  replaceIn('auth.ts', 'const TOKENS = new Map([', 'const TOKENS = {'),
  replaceIn('auth.ts', "  ['token-of-ada', 'ada'],", "  'token-of-ada': 'ada',"),
  replaceIn('auth.ts', "  ['token-of-grace', 'grace'],", "  'token-of-grace': 'grace',"),
  replaceIn('auth.ts', "  ['token-of-linus', 'linus'],", "  'token-of-linus': 'linus',"),
  replaceIn('auth.ts', '\n])', '\n}'),
)

/** Where the handler learns who has sent the message. */
export const known = 'const from = socket.data.user'

/** How a state emits to the devices of a user. */
export const toEach = 'for (const socket of sockets.get(user) ?? []) socket.emit('

const loop = 'for (const user of new Set([from, to])) {'
const emits = "socketsState.emit(user, 'messageSent', { from, to, text })"

/** What the handler does with a message instead. */
export function sending(lines: string): Edit {
  return replaceIn('handlers.ts', `${loop}\n      ${emits}\n    }`, lines)
}

/** The envelope in which a message goes out, as the second argument of `emit`. */
export const outgoing = "{ event: 'messageSent', args: { from, to, text } }"

/** What is emitted to a device instead. */
export function emitting(call: string): Edit {
  return replaceIn('sockets-state.ts', "socket.emit('message', { event, args })", call)
}

/** The state keeps what it is given: the body of `add`. */
export function adding(body: string): Edit {
  const whole =
    'const devices = sockets.get(user) ?? new Set()\n    sockets.set(user, devices.add(socket))'
  return replaceIn('sockets-state.ts', whole, body)
}

/** What is done when a device leaves: the body of `remove`. */
export function removing(body: string): Edit {
  const whole = `const devices = sockets.get(user)
    devices?.delete(socket)
    if (devices?.size === 0) sockets.delete(user)`
  return replaceIn('sockets-state.ts', whole, body)
}

/** A state of lists. @param remove what it does with `list` when `socket` leaves */
export function listOfSockets(remove: string): Edit {
  return combine(
    replaceIn(
      'sockets-state.ts',
      'new Map<string, Set<UserSocket>>()',
      'new Map<string, UserSocket[]>()',
    ),
    adding('sockets.set(user, [...(sockets.get(user) ?? []), socket])'),
    removing(`const list = sockets.get(user) ?? []\n    ${remove}`),
    replaceIn('sockets-state.ts', 'devices.size', 'devices.length'),
  )
}

/** A state that is a plain object. */
export function plainObject(emit: string): Edit {
  return combine(
    replaceIn(
      'sockets-state.ts',
      'new Map<string, Set<UserSocket>>()',
      '{} as Record<string, UserSocket[]>',
    ),
    adding(
      'if (!Object.hasOwn(sockets, user)) sockets[user] = []\n    sockets[user].push(socket)',
    ),
    removing(`sockets[user] = sockets[user].filter((one) => one !== socket)
    if (sockets[user].length === 0) delete sockets[user]`),
    replaceIn(
      'sockets-state.ts',
      "for (const socket of sockets.get(user) ?? []) socket.emit('message', { event, args })",
      emit,
    ),
    replaceIn('sockets-state.ts', '[...sockets].map(', 'Object.entries(sockets).map('),
    replaceIn('sockets-state.ts', 'devices.size', 'devices.length'),
  )
}
