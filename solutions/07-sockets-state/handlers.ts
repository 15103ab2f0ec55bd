// What devices can ask for: one function for each event. It is given the socket, which knows its
// user, and the arguments, of which it must not believe anything.
// Left out: who may write to whom.

import type { UserSocket } from './auth.ts'
import { instance } from './instance.ts'
import { socketsState } from './sockets-state.ts'

export type Answer = { ok: true } | { error: string }
type Handler = (socket: UserSocket, args: Record<string, unknown>) => Answer

const MOST = { name: 20, text: 1000 }

export const handlers: Record<string, Handler> = {
  /** "Here I am." All devices of the user hear it; the page of one that is news to them answers. */
  hello(socket, { device, name }) {
    if (!isText(device, MOST.name) || !isText(name, MOST.name)) {
      return { error: 'expected {"device":"x1","name":"phone"}' }
    }
    socket.data.device = device
    socketsState.emit(socket.data.user, 'deviceHere', { device, name, instance })
    return { ok: true }
  },

  /** Every device of both users gets the message, that of the sender which sent it, too. */
  sendMessage(socket, { to, text }) {
    if (!isText(to, MOST.name)) return { error: 'expected {"to":"grace","text":"hello"}' }
    if (!isText(text, MOST.text)) return { error: `expected 1 to ${MOST.text} characters` }
    const from = socket.data.user
    // A set: who writes to herself gets one copy, not two.
    for (const user of new Set([from, to])) {
      socketsState.emit(user, 'messageSent', { from, to, text })
    }
    return { ok: true }
  },
}

/** Tells the user's other devices that this one is gone. */
export function announceDisconnect(socket: UserSocket): void {
  const { user, device } = socket.data
  if (device) socketsState.emit(user, 'deviceGone', { device, instance })
}

function isText(value: unknown, most: number): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= most
}
