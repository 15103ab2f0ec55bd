import type { CommandRef } from './facts.ts'

/** Failed expectations about which instances a message reaches, and about subscriptions. */
export interface ScaleFields {
  /** Redis sent a message to apps that hold no device of its users. */
  'message-crossed': {
    text: string
    /** The apps that it may be sent to; none when no app has a device of its receiver. */
    holders: readonly string[]
    /** The apps that it was sent to, and should not have been. */
    others: readonly string[]
  }
  /** A device received an event before Redis had confirmed the subscription. */
  'event-early': { event: string }
  /** So many subscriptions took more round trips than they should. */
  'round-trips': { users: number; most: number; seen: number }

  /** An app sent the same command again and again without a pause. */
  'command-storm': { command: CommandRef; times: number }

  /** A message crossed nodes of the cluster that do not have its user. */
  'nodes-crossed': { text: string; nodes: readonly string[] }
  /** The messages of so many users crossed one node of the cluster alone. */
  'one-node': { users: number; node: string }
  /** Nodes of the cluster passed messages on to all other nodes. */
  'bus-broadcast': { seen: number }

  /** An app sent commands to nodes of the cluster without credentials. */
  unauthenticated: { nodes: readonly string[] }
  /** A subscription that should have ended is still there. */
  'subscription-kept': { channel: string; instead: CommandRef | undefined }
}
