// What a device gets is always read from the inbox of its user, from where the device is. The
// channel announces only that there is something new.
// Left out: one read for all devices of a user.

import type { UserSocket } from './auth.ts'
import { describeError } from './fail.ts'
import { missedBy, newestId } from './history.ts'
import { refresh } from './subscriptions.ts'

/** What `socket.data` contains for this. */
export interface DeviceState {
  /** The last message that the device has: as it reports itself, then as it was sent. */
  lastId?: unknown
  /** The device has received `caughtUp`. */
  online?: boolean
}

/** Sends a device what it has not got yet, and at the first time `caughtUp`: now it is online. */
export async function catchUp(socket: UserSocket): Promise<void> {
  // TODO(4) Two reads at once send the same messages twice. Let one read run at a time for each
  // device, and one more if catchUp() was called meanwhile. While a node is down, a read fails: keep
  // the device connected. It gets its messages later.
  try {
    await sendMissed(socket)
  } catch (error) {
    console.error(`not read: ${describeError(error)}`)
    socket.conn.close()
  }
}

/** Lets all devices catch up now and then: an announcement can be lost. */
export function catchUpRegularly(): void {
  // TODO(5) Let all devices catch up once a second.
}

async function sendMissed(socket: UserSocket): Promise<void> {
  const { data } = socket
  await refresh(data.user)
  const lastId = isId(data.lastId) ? data.lastId : await newestId(data.user)
  data.lastId = lastId
  const { messages, gap } = await missedBy(data.user, lastId)
  for (const args of messages) {
    socket.emit('message', { event: 'messageSent', args })
    data.lastId = args.id
  }
  if (!data.online || gap) socket.emit('message', { event: 'caughtUp', args: { gap } })
  data.online = true
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && /^\d+(-\d+)?$/.test(value)
}
