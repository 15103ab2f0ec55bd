// What devices can ask for: one function for each event. It is given the socket, which knows its
// user, and the arguments, of which it must not believe anything.
// Left out: who may write to whom.

import type { UserSocket } from './auth.ts'
import { instance } from './instance.ts'
import { socketsState } from './sockets-state.ts'

export type Answer = { ok: true } | { error: string }
type Handler = (socket: UserSocket, args: Record<string, unknown>) => Answer

const MOST = { name: 20 }

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

  // TODO(3) The message only goes back to the device that sent it. Every device of both users gets
  // it, once, as 'messageSent' with {from, to, text}. Who sent it is known; the rest may be anything.
  sendMessage(socket, { to, text }) {
    const args = { from: socket.data.user, to, text }
    socket.emit('message', { event: 'messageSent', args })
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
