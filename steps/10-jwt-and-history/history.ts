// The last messages of each conversation, in Redis: a stream per conversation. So far nothing is
// stored, and a message reaches only the devices that are connected at that moment.

import { dispatch } from './dispatch.ts'
import type { Client } from './redis-client.ts'

/** A message as devices receive it. Later messages have greater ids. */
export interface Message {
  id: string
  from: string
  to: string
  text: string
}

let client: Client

/** Connects. */
export async function openHistory(to: Client): Promise<void> {
  client = to
  await client.connect()
}

/**
 * Stores a message and publishes it for both users; if this `clientId` is stored already, does
 * nothing. Rejects when Redis has not confirmed it.
 */
export async function store(message: Omit<Message, 'id'>, clientId: string): Promise<void> {
  // TODO(3) Store and publish it with one client.eval() of STORE_AND_PUBLISH. The comment in
  // store-script.ts lists the KEYS and ARGV. The key of the clientId begins with `sent:` and
  // contains the sender, too: a clientId is unique per user only.
  const { from, to } = message
  for (const id of new Set([from, to])) {
    dispatch({ event: 'messageSent', id, args: { ...message, id: clientId } })
  }
}

/** The last messages of a conversation, the oldest first. Rejects when the read fails. */
export async function readHistory(_user: string, _other: string): Promise<Message[]> {
  // TODO(4) client.xRevRange() returns the latest entries first; its type allows null. Return at
  // most KEPT messages.
  return []
}

/** The messages of a user that are newer than this id. `gap`: more are missing than are kept. */
export async function missedBy(_user: string, _lastId: string) {
  // TODO(4) Read what is newer than this id in all conversations of the user (contactsOf() in
  // users.ts), with one client.xRead(). Return the last KEPT messages of each stream, all sorted by
  // id. `gap` is true if a stream has more than KEPT new entries.
  return { messages: [] as Message[], gap: false }
}

// The same for both users. JSON, because a name could contain any separator.
function conversation(user: string, other: string): string {
  return `history:${JSON.stringify([user, other].toSorted())}`
}

function toMessage(entry: { message: Record<string, string> }): Message {
  return JSON.parse(entry.message.json ?? '')
}
