// One function per event. It receives the socket, whose user is known, and the arguments, which can
// be anything and must be validated. Left out: permissions. Each user may write to each other user.

import type { UserSocket } from './auth.ts'
import { instance } from './instance.ts'
import { socketsState } from './sockets-state.ts'

export type Answer = { ok: true } | { error: string }
type Handler = (socket: UserSocket, args: Record<string, unknown>) => Answer

const MAX_LENGTH = { name: 20, text: 1000 }

export const handlers: Record<string, Handler> = {
  /** A device introduces itself to all devices of its user; their pages answer with `hello`. */
  hello(socket, { device, name }) {
    if (!isText(device, MAX_LENGTH.name) || !isText(name, MAX_LENGTH.name)) {
      return { error: 'expected {"device":"x1","name":"phone"}' }
    }
    socket.data.device = device
    socketsState.emit(socket.data.user, 'deviceHere', { device, name, instance })
    return { ok: true }
  },

  // TODO(4) The message goes only to the device that sent it. Send it once to every device of both
  // users, as 'messageSent' with {from, to, text}. `from` is known; `to` and `text` can be any
  // value: answer with an error unless both are valid texts.
  sendMessage(socket, { to, text }) {
    const args = { from: socket.data.user, to, text }
    socket.emit('message', { event: 'messageSent', args })
    return { ok: true }
  },
}

/** Announces to the user's other devices that this one has disconnected. */
export function announceDisconnect(socket: UserSocket): void {
  const { user, device } = socket.data
  if (device) socketsState.emit(user, 'deviceGone', { device, instance })
}

function isText(value: unknown, maxLength: number): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= maxLength
}
