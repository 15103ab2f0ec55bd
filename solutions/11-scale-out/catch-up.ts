// From at most once to nothing missed: the history has what a device missed, and live messages wait
// until that is sent. The order matters: first subscribe, then read. What is sent in between comes
// twice, and is left out once; the other way round it would not come at all.

import type { UserSocket } from './auth.ts'
import { describeError } from './fail.ts'
import { fieldsOf } from './fields.ts'
import { missedBy } from './history.ts'
import { refresh } from './subscriptions.ts'

/** What travels to a device: an event and its arguments. */
interface Envelope {
  event: string
  args: unknown
}

/** What `socket.data` contains for this. */
export interface DeviceState {
  /** The last message that the device has: as it reports itself, then as it was sent. */
  lastId?: unknown
  /** Live events that arrived while the history was read. */
  waiting?: Envelope[] | undefined
  /** The ids of the messages that it got from the history. */
  caughtUp?: Set<unknown>
  /** Identifies the latest call of catchUp(). */
  latest?: symbol
}

/** Sends a live event to a device, unless it has to wait or was in the history. */
export function deliver(socket: UserSocket, envelope: Envelope): void {
  const { waiting, caughtUp } = socket.data
  if (waiting) waiting.push(envelope)
  else if (!caughtUp?.has(fieldsOf(envelope.args).id)) send(socket, envelope)
}

/**
 * Sends what a device missed, then what waited, then `caughtUp`: now it is online.
 * Call it when a device has connected, and again after Redis was offline.
 */
export async function catchUp(socket: UserSocket): Promise<void> {
  // Before the first await: from now on live messages wait.
  const waiting = (socket.data.waiting ??= [])
  const call = (socket.data.latest = Symbol())
  try {
    await refresh(socket.data.user)
    const { messages, gap } = await missedBy(socket.data.user, socket.data.lastId)
    if (socket.data.latest !== call) return // a later call reads again
    for (const args of messages) send(socket, { event: 'messageSent', args })
    socket.data.caughtUp = new Set(messages.map(({ id }) => id))
    socket.data.waiting = undefined
    for (const envelope of waiting) deliver(socket, envelope)
    socket.emit('message', { event: 'caughtUp', args: { gap } })
  } catch (error) {
    console.error(`not read: ${describeError(error)}`)
    socket.conn.close() // the device connects again, with the same lastId
  }
}

function send(socket: UserSocket, envelope: Envelope): void {
  const { id } = fieldsOf(envelope.args)
  if (envelope.event === 'messageSent') socket.data.lastId = id
  socket.emit('message', envelope)
}
