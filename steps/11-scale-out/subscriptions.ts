// The channels that this process is subscribed to. So far it is one channel for all users: each
// instance receives each message, also for users who have no device there.

import type { Client } from './redis-client.ts'

type Listener = (message: string) => void

/** The channel of all events for a user. */
export function channelOf(_user: string): string {
  // TODO(1) Return a channel of its own for each user.
  return 'outgoing_socket_message'
}

/** Connects. After an outage `onBack` is called when all subscriptions are back. */
export async function openSubscriptions(
  client2: Client,
  onMessage: Listener,
  _onBack: () => void,
) {
  await client2.connect()
  // TODO(1) Remove this line. Keep `client2` and `onMessage` for refresh() instead.
  await client2.subscribe('outgoing_socket_message', onMessage)
  // TODO(4) After an outage the package restores the confirmed subscriptions, then emits `ready`.
  // Send what could not be sent meanwhile, then call onBack().
}

/** Subscribes to this user's channel or unsubscribes, if needed; resolves when that is confirmed. */
export async function refresh(_user: string): Promise<void> {
  // TODO(2) Compare socketsState.has() with what Redis has confirmed, for all users whose devices
  // have come or left. Send the differences as one request: at most one subscribe() and one
  // unsubscribe(). Calls of refresh() that come meanwhile share the next request, which begins when
  // this one has ended. Reject when Redis is not connected. A confirmation can take several seconds.
}
