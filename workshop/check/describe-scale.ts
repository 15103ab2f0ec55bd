import { app, client, formatNames } from './describe-event.ts'
import type { Texts } from './describe-fact.ts'
import type { ScaleFields } from './facts-of-scale.ts'

/** Facts about which instances a message reaches, and about subscriptions, in sentences. */
export const scaleTexts: Texts<keyof ScaleFields> = {
  'message-crossed': (fact) => ({
    expected:
      fact.holders.length > 0
        ? `Redis to send "${fact.text}" to ${formatNames(fact.holders.toSorted())} alone`
        : `Redis not to send "${fact.text}" to ${formatNames(fact.others.toSorted())}`,
    received: `it sent it to ${formatNames(fact.others.toSorted())}${fact.holders.length > 0 ? ', too' : ''}`,
  }),
  'event-early': (fact) => ({
    expected: `${client(fact)} to receive "${fact.event}" when Redis has confirmed the subscription of its user`,
    received: 'it came before',
  }),
  'round-trips': (fact) => ({
    expected: `${app(fact)} to subscribe for ${fact.users} users in at most ${fact.most} round trips`,
    received: `it took ${fact.seen}`,
  }),
  'command-storm': ({ command, times, ...fact }) => ({
    expected: `${app(fact)} to wait before it sends a command again that changed nothing`,
    received: `it sent ${[command.name, ...command.args].join(' ')} ${times} times, each time as soon as it was answered`,
  }),
  'nodes-crossed': (fact) => ({
    expected: `"${fact.text}" to cross one node of the cluster, the primary of its user`,
    received: `it crossed ${formatNames(fact.nodes.toSorted()) || 'none that the check can see'}`,
  }),
  'one-node': (fact) => ({
    expected: `the messages of ${fact.users} users to cross more than one primary`,
    received: `all of them crossed ${fact.node}`,
  }),
  unauthenticated: (fact) => ({
    expected: `${app(fact)} to send the credentials of REDIS_URL on every connection to a node`,
    received: `on connections to ${formatNames(fact.nodes.toSorted())} it sent none`,
  }),
  'subscription-kept': ({ channel, instead, ...fact }) => ({
    expected: `${app(fact)} not to be subscribed to "${channel}"`,
    received: instead
      ? `it sent ${[instead.name, ...instead.args].join(' ')}, and is still subscribed`
      : 'it is still subscribed',
  }),
  'bus-broadcast': (fact) => ({
    expected: 'no node to pass messages on to all other nodes',
    received: `they passed on ${fact.seen}, over the cluster bus`,
  }),
}
