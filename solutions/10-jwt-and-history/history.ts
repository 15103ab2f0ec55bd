// The last messages of each conversation, in Redis: a stream per conversation. Pub/sub delivers a
// message to the devices that are connected now, a stream keeps it for those that come later.

import type { Client } from './redis-client.ts'
import { CHANNEL, KEPT, STORE_AND_PUBLISH } from './store-script.ts'
import { contactsOf } from './users.ts'

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
  const { from, to } = message
  await client.eval(STORE_AND_PUBLISH, {
    keys: [conversation(from, to), `sent:${JSON.stringify([from, clientId])}`],
    arguments: [JSON.stringify(message), CHANNEL, ...new Set([from, to])],
  })
}

/** The last messages of a conversation, the oldest first. Rejects when the read fails. */
export async function readHistory(user: string, other: string): Promise<Message[]> {
  const latest = await client.xRevRange(conversation(user, other), '+', '-', { COUNT: KEPT })
  return (latest ?? []).toReversed().map(toMessage)
}

/** The messages of a user that are newer than this id. `gap`: more are missing than are kept. */
export async function missedBy(user: string, lastId: string) {
  const streams = contactsOf(user).map((other) => {
    return { key: conversation(user, other), id: lastId }
  })
  // One command for all conversations, so that all answers are of the same moment.
  const found = (await client.xRead(streams)) ?? []
  const messages = found.flatMap((stream) => stream.messages.slice(-KEPT).map(toMessage))
  const inOrder = new Intl.Collator('en', { numeric: true }).compare
  return {
    messages: messages.toSorted((a, b) => inOrder(a.id, b.id)),
    gap: found.some((stream) => stream.messages.length > KEPT),
  }
}

// The same for both users. JSON, because a name could contain any separator.
function conversation(user: string, other: string): string {
  return `history:${JSON.stringify([user, other].toSorted())}`
}

function toMessage(entry: { message: Record<string, string> }): Message {
  return JSON.parse(entry.message.json ?? '')
}
