// The channels that this process is subscribed to: those of the users who have a device here.
// One request to Redis is on its way at a time, and the next one takes all that has changed
// meanwhile. So no command overtakes another, and 200 users at once need two requests, not 200.

import type { Client } from './redis-client.ts'
import { socketsState } from './sockets-state.ts'

type Listener = (message: string) => void

let client2: Client
let onMessage: Listener
const subscribed = new Set<string>() // users, as Redis has confirmed them
const changed = new Set<string>() // users whose first device has come, or whose last one has left
let running: Promise<void> = Promise.resolve() // never rejects
let next: Promise<void> | undefined

/** The channel of all events for a user. */
export function channelOf(user: string): string {
  return `user:${user}`
}

/** Connects. After an outage `onBack` is called when all subscriptions are back. */
export async function openSubscriptions(to: Client, listener: Listener, onBack: () => void) {
  client2 = to
  onMessage = listener
  await client2.connect()
  // The package has subscribed again to all that was confirmed, before it emits `ready`.
  client2.on('ready', () => void update().then(onBack, () => {}))
}

/** Subscribes to this user's channel or unsubscribes, if needed; resolves when that is confirmed. */
export function refresh(user: string): Promise<void> {
  changed.add(user)
  return update()
}

function update(): Promise<void> {
  // All callers before the next request begins share it.
  next ??= running.then(() => {
    next = undefined
    return send()
  })
  running = next.catch(() => {})
  return next
}

async function send(): Promise<void> {
  if (!client2.isReady) throw new Error('Redis is not connected')
  const users = [...changed]
  changed.clear()
  const come = users.filter((user) => socketsState.has(user) && !subscribed.has(user))
  const left = users.filter((user) => !socketsState.has(user) && subscribed.has(user))
  try {
    await Promise.all([
      client2.subscribe(come.map(channelOf), onMessage),
      client2.unsubscribe(left.map(channelOf), onMessage),
    ])
  } catch (error) {
    for (const user of users) changed.add(user) // until Redis is back
    throw error
  }
  for (const user of come) subscribed.add(user)
  for (const user of left) subscribed.delete(user)
}
