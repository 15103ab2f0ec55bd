// A device sends the id of the last message that it has, gets what came later, and then what is live.

import type { UserSocket } from './auth.ts'
import { describeError } from './fail.ts'
import { fieldsOf } from './fields.ts'
import { missedBy } from './history.ts'

/** What travels to a device: an event and its arguments. */
interface Envelope {
  event: string
  args: unknown
}

/** What `socket.data` contains for this. */
export interface DeviceState {
  /** The id of the last message that the device has, as the device reports it. */
  lastId?: unknown
  /** Live events that arrived while the history was read. */
  waiting?: Envelope[] | undefined
  /** The ids of the messages that it got from the history. */
  caughtUp?: Set<unknown>
}

/** Sends a live event to a device, unless it has to wait or was in the history. */
export function deliver(socket: UserSocket, envelope: Envelope): void {
  const { waiting, caughtUp } = socket.data
  if (waiting) waiting.push(envelope)
  else if (!caughtUp?.has(fieldsOf(envelope.args).id)) socket.emit('message', envelope)
}

/** Sends what a device missed, then what waited, then `caughtUp`. */
export async function catchUp(socket: UserSocket): Promise<void> {
  const { user, lastId } = socket.data
  if (typeof lastId !== 'string' || !/^\d+(-\d+)?$/.test(lastId)) return // its first connection
  // Before the first await: from now on live messages wait.
  const waiting: Envelope[] = (socket.data.waiting = [])
  try {
    const { messages, gap } = await missedBy(user, lastId)
    for (const args of messages) socket.emit('message', { event: 'messageSent', args })
    socket.data.caughtUp = new Set(messages.map(({ id }) => id))
    socket.data.waiting = undefined
    for (const envelope of waiting) deliver(socket, envelope)
    socket.emit('message', { event: 'caughtUp', args: { gap } })
  } catch (error) {
    console.error(`not read: ${describeError(error)}`)
    socket.conn.close() // the device connects again, with the same lastId
  }
}
