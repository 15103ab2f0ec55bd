// The last messages of each conversation, in Redis: a stream per conversation. Pub/sub delivers a
// message to devices that are connected now, a stream keeps it for those that connect later.

import type { Client } from './redis-client.ts'
import { KEPT, STORE_AND_PUBLISH } from './store-script.ts'
import { channelOf } from './subscriptions.ts'

/** A message as devices receive it. Later messages have greater ids. */
export interface Message {
  id: string
  from: string
  to: string
  text: string
}

let client: Client

/** Reads and stores with this client from now on. */
export function openHistory(to: Client): void {
  client = to
}

/**
 * Stores a message and publishes it for both users; if this `clientId` is stored already, does
 * nothing. Rejects when Redis has not confirmed it.
 */
export async function store(message: Omit<Message, 'id'>, clientId: string): Promise<void> {
  const { from, to } = message
  const receivers = [...new Set([from, to])]
  await client.eval(STORE_AND_PUBLISH, {
    keys: [
      conversation(from, to),
      `sent:${JSON.stringify([from, clientId])}`,
      contacts(from),
      contacts(to),
    ],
    arguments: [
      JSON.stringify(message),
      ...receivers.flatMap((user) => [channelOf(user), user]),
    ],
  })
}

/** The last messages of a conversation, the oldest first. */
export async function readHistory(user: string, other: string): Promise<Message[]> {
  const latest = await client.xRevRange(conversation(user, other), '+', '-', { COUNT: KEPT })
  return (latest ?? []).toReversed().map(toMessage)
}

/**
 * The messages of a user that are newer than this id; none when it is not an id. `gap`: more are
 * missing than are kept.
 */
export async function missedBy(user: string, lastId: unknown) {
  const isId = typeof lastId === 'string' && /^\d+(-\d+)?$/.test(lastId)
  const others = isId ? await client.sMembers(contacts(user)) : []
  const streams = others.map((other) => ({
    key: conversation(user, other),
    id: String(lastId),
  }))
  // One command for all conversations, so that all answers are of the same moment.
  const found = streams.length > 0 ? ((await client.xRead(streams)) ?? []) : []
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

// The users with whom a user has a conversation.
function contacts(user: string): string {
  return `contacts:${user}`
}

function toMessage(entry: { message: Record<string, string> }): Message {
  return JSON.parse(entry.message.json ?? '')
}
