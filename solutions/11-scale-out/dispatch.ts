// Sends an event to a user's devices on all instances. It is published on the channel of that user,
// so Redis passes it to the instances that have a device of the user, and to no other.
// Left out: sending it again when Redis is offline. Messages are stored, and only presence is lost.

import { deliver } from './catch-up.ts'
import { describeError } from './fail.ts'
import { fieldsOf } from './fields.ts'
import type { Client } from './redis-client.ts'
import { socketsState } from './sockets-state.ts'
import { channelOf } from './subscriptions.ts'

let client: Client

/** Publishes with this client from now on. */
export function openDispatch(to: Client): void {
  client = to
}

/** Sends an event to every device of the user with this id. */
export function dispatch(message: { event: string; id: string; args: unknown }): void {
  // Only publish: this instance receives its own message, so its devices would get it twice.
  client.publish(channelOf(message.id), JSON.stringify(message)).catch((error: unknown) => {
    console.error(`not published: ${describeError(error)}`)
  })
}

/** Delivers a message from Redis to the devices that are connected here. */
export function receive(message: string): void {
  const { event, id, args } = fieldsOf(parse(message))
  if (typeof event !== 'string' || typeof id !== 'string') {
    return console.warn(`ignored, not an event for a user: ${message}`.slice(0, 120))
  }
  for (const socket of socketsState.of(id)) deliver(socket, { event, args })
}

function parse(message: string): unknown {
  try {
    return JSON.parse(message)
  } catch {
    return undefined
  }
}
