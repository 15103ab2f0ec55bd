// The channels that this process is subscribed to: those of the users who have a device here. A
// command has channels of one slot only, so there is one for each user. The package sends it to the
// node that has the slot, and again to another one when the slot has moved. No event reports that.

import type { Client } from './redis-client.ts'
import { socketsState } from './sockets-state.ts'

type Listener = (message: string) => void

let client: Client
let onMessage: Listener
const subscribed = new Set<string>() // channels, as Redis has confirmed them
const running = new Map<string, Promise<void>>() // the last request for each user

/** The channel of all events for a user, on the node that has the user's inbox. */
export function channelOf(user: string): string {
  return `{${user}}:events`
}

/** Subscribes with this client from now on. */
export function openSubscriptions(to: Client, listener: Listener): void {
  client = to
  onMessage = listener
  // A subscription that could not be moved is made again by the next refresh().
  client.on('sharded-channel-moved-error', (_error: unknown, channel: string) => {
    subscribed.delete(channel)
  })
}

/** Subscribes to this user's channel or unsubscribes, if needed; resolves when that is confirmed. */
export async function refresh(user: string): Promise<void> {
  // One request for a user at a time, so that no command overtakes another.
  const before = running.get(user)?.catch(() => {})
  const request = Promise.resolve(before).then(() => adjust(user))
  running.set(user, request)
  try {
    await request
  } finally {
    if (running.get(user) === request) running.delete(user)
  }
}

async function adjust(user: string): Promise<void> {
  const channel = channelOf(user)
  const here = socketsState.has(user)
  if (here === subscribed.has(channel)) return
  if (here) {
    await client.sSubscribe(channel, onMessage)
    subscribed.add(channel)
  } else {
    await client.sUnsubscribe(channel, onMessage)
    subscribed.delete(channel)
  }
}
