// A device that reconnects sends the id of the last message that it has. So far it gets nothing of
// what came later.

import type { UserSocket } from './auth.ts'
import { describeError } from './fail.ts'
import { fieldsOf } from './fields.ts'

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
  // TODO(5) While catchUp() reads the history, live events wait. Later, leave out a message that
  // came from the history: it has the same id.
  socket.emit('message', envelope)
}

/** Sends what a device missed, then what waited, then `caughtUp`. */
export async function catchUp(socket: UserSocket): Promise<void> {
  const { user, lastId } = socket.data
  if (typeof lastId !== 'string' || !/^\d+(-\d+)?$/.test(lastId)) return // its first connection
  // TODO(5) Let live events wait from here on, before the first await. Read what this user missed,
  // and send each message as `messageSent`. Then deliver() what waited, and send `caughtUp` with
  // { gap }. If the read fails, print why and call socket.conn.close(): the device connects again.
}
