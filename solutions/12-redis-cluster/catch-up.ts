// From at most once to nothing missed, one level down: while a slot moves, or a replica takes over,
// what is published reaches no subscriber, and no error reports it. So the channel only announces that
// there is something new, and what a device gets is always read from the inbox, from where the
// device is. Then nothing is missed, nothing comes twice, and all is in order.
// Left out: one read for all devices of a user.

import type { UserSocket } from './auth.ts'
import { missedBy, newestId } from './history.ts'
import { socketsState } from './sockets-state.ts'
import { refresh } from './subscriptions.ts'

const EVERY_MS = 1000

/** What `socket.data` contains for this. */
export interface DeviceState {
  /** The last message that the device has: as it reports itself, then as it was sent. */
  lastId?: unknown
  /** A read is on its way. */
  reading?: boolean
  /** Something was announced meanwhile: read again. */
  again?: boolean
  /** The device has received `caughtUp`. */
  online?: boolean
}

/** Sends a device what it has not got yet, and at the first time `caughtUp`: now it is online. */
export async function catchUp(socket: UserSocket): Promise<void> {
  const { data } = socket
  data.again = true
  if (data.reading) return // two reads at once would find the same messages
  data.reading = true
  try {
    while (data.again) {
      data.again = false
      await sendMissed(socket)
    }
  } catch {
    // A node is down. The device stays, and what it misses is sent when a replica has taken over.
  } finally {
    data.reading = false
  }
}

/** Lets all devices catch up now and then: an announcement can be lost. */
export function catchUpRegularly(): NodeJS.Timeout {
  return setInterval(() => {
    for (const socket of socketsState.all()) void catchUp(socket)
  }, EVERY_MS)
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
