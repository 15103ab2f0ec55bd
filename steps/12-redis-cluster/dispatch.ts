// Sends an event to a user's devices on all instances. It is published on the channel of that user,
// in the shard that has it: the other nodes of the cluster do not see it.
// Left out: sending it again when a node is down. Messages are stored, and only presence is lost.

import { catchUp } from './catch-up.ts'
import { describeError } from './fail.ts'
import { fieldsOf } from './fields.ts'
import type { Client } from './redis-client.ts'
import { socketsState } from './sockets-state.ts'
import { channelOf, refresh } from './subscriptions.ts'

let client: Client

/** Publishes with this client from now on. */
export function openDispatch(to: Client): void {
  client = to
}

/** Sends an event to every device of the user with this id. */
export function dispatch(message: { event: string; id: string; args: unknown }): void {
  // Only publish: this instance receives its own message, so its devices would get it twice.
  client.sPublish(channelOf(message.id), JSON.stringify(message)).catch((error: unknown) => {
    console.error(`not published: ${describeError(error)}`)
  })
}

/** Handles a message from Redis: an event for the devices that are here, or news of their inbox. */
export function receive(message: string): void {
  const { event, id, args } = fieldsOf(parse(message))
  if (typeof event !== 'string' || typeof id !== 'string') {
    return console.warn(`ignored, not an event for a user: ${message}`.slice(0, 120))
  }
  // Unsubscribing failed when the last device left, because the node was down.
  if (!socketsState.has(id)) return void refresh(id).catch(() => {})
  for (const socket of socketsState.of(id)) {
    if (event === 'stored') void catchUp(socket)
    else socket.emit('message', { event, args })
  }
}

function parse(message: string): unknown {
  try {
    return JSON.parse(message)
  } catch {
    return undefined
  }
}
