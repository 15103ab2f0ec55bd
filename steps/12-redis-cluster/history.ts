// The messages of each user, in Redis: one stream per user, the inbox, with all that the user has
// sent and received.

import type { Client } from './redis-client.ts'
import { KEPT, STORE_AND_ANNOUNCE } from './store-script.ts'
import { channelOf } from './subscriptions.ts'

/** A message as devices of a user receive it. Later messages of that user have greater ids. */
export interface Message {
  id: string
  from: string
  to: string
  text: string
}

const SHOWN = 50 // messages of a conversation

let client: Client

/** Reads and stores with this client from now on. */
export function openHistory(to: Client): void {
  client = to
}

/**
 * Stores a message for both users, and announces it on their channels. Rejects when Redis has not
 * confirmed it: then it may be stored for one of them, and what is sent again with the same
 * `clientId` is stored where it is missing. Two nodes have no transaction in common.
 */
export async function store(message: Omit<Message, 'id'>, clientId: string): Promise<void> {
  const users = new Set([message.to, message.from])
  const sent = JSON.stringify([message.from, clientId])
  const json = JSON.stringify(message)
  const stores = Array.from(users, (user) => {
    const announcement = JSON.stringify({ event: 'stored', id: user })
    return client.eval(STORE_AND_ANNOUNCE, {
      keys: [inboxOf(user)],
      arguments: [sent, json, channelOf(user), announcement],
    })
  })
  await Promise.all(stores)
}

/** The last messages of a conversation, the oldest first. */
export async function readHistory(user: string, other: string): Promise<Message[]> {
  const kept = (await client.xRevRange(inboxOf(user), '+', '-')) ?? []
  const conversation = [user, other].toSorted().join()
  const isPart = ({ from, to }: Message) => [from, to].toSorted().join() === conversation
  return kept.map(toMessage).filter(isPart).slice(0, SHOWN).toReversed()
}

/** What a user has got after this id, the oldest first. `gap`: more are missing than are kept. */
export async function missedBy(user: string, lastId: string) {
  const found = (await client.xRange(inboxOf(user), `(${lastId}`, '+')) ?? []
  return { messages: found.slice(-KEPT).map(toMessage), gap: found.length > KEPT }
}

/** The id of a user's last message; one that is before all others when there is none. */
export async function newestId(user: string): Promise<string> {
  const newest = await client.xRevRange(inboxOf(user), '+', '-', { COUNT: 1 })
  return newest?.[0]?.id ?? '0-0'
}

function inboxOf(user: string): string {
  // TODO(2) Put the part of the name that decides the slot in braces, here and in channelOf().
  return `inbox:${user}`
}

function toMessage({ id, message }: { id: string; message: Record<string, string> }): Message {
  return { id, ...JSON.parse(message.json ?? '') }
}
