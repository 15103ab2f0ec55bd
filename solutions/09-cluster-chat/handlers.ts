// One function per event. It receives the socket, whose user is known, and the arguments, which can
// be anything and must be validated. Left out: permissions. Each user may write to each other user.

import type { UserSocket } from './auth.ts'
import { dispatch } from './dispatch.ts'
import { instance } from './instance.ts'

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
    dispatch({
      event: 'deviceHere',
      id: socket.data.user,
      args: { device, name, instance },
    })
    return { ok: true }
  },

  /** Every device of both users gets the message, including the one that sent it. */
  sendMessage(socket, { to, text }) {
    if (!isText(to, MAX_LENGTH.name)) return { error: 'expected {"to":"grace","text":"hello"}' }
    if (!isText(text, MAX_LENGTH.text))
      return { error: `expected 1 to ${MAX_LENGTH.text} characters` }
    const from = socket.data.user
    // A set, so that a message to yourself arrives once.
    for (const id of new Set([from, to])) {
      dispatch({ event: 'messageSent', id, args: { from, to, text } })
    }
    return { ok: true }
  },
}

/** Announces to the user's other devices that this one has disconnected. */
export function announceDisconnect(socket: UserSocket): void {
  const { user, device } = socket.data
  if (device) dispatch({ event: 'deviceGone', id: user, args: { device, instance } })
}

function isText(value: unknown, maxLength: number): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= maxLength
}
