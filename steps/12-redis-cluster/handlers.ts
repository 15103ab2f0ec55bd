// One function per event. It receives the socket, whose user is known, and the arguments, which can
// be anything and must be validated. Left out: permissions. Each user may write to each other user.

import { randomUUID } from 'node:crypto'
import type { UserSocket } from './auth.ts'
import { dispatch } from './dispatch.ts'
import { describeError } from './fail.ts'
import { store } from './history.ts'
import { instance } from './instance.ts'
import { isUser } from './users.ts'

export type Answer = { ok: true } | { error: string }
type Handler = (socket: UserSocket, args: Record<string, unknown>) => Answer | Promise<Answer>

const MAX_LENGTH = { name: 20, text: 1000, id: 100 }

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

  /**
   * Every device of both users gets the message, including the one that sent it. `clientId` is
   * the sender's name for it, the same when it sends the message again.
   */
  async sendMessage(socket, { to, text, clientId = randomUUID() }) {
    if (!isUser(to)) return { error: 'expected {"to":"grace","text":"hello"}' }
    if (!isText(text, MAX_LENGTH.text))
      return { error: `expected 1 to ${MAX_LENGTH.text} characters` }
    if (!isText(clientId, MAX_LENGTH.id))
      return { error: `expected a clientId of 1 to ${MAX_LENGTH.id} characters` }
    try {
      await store({ from: socket.data.user, to, text }, clientId)
      return { ok: true }
    } catch (error) {
      console.error(`not stored: ${describeError(error)}`)
      return { error: 'not stored, send it again' }
    }
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
