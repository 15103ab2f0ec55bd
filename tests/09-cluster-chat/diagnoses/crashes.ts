import type { Diagnosis, Fact } from '../../../workshop/check/suite.ts'
import {
  announced,
  dispatched,
  isNameShared,
  isRepeated,
  missed,
  subscriptions,
} from './evidence-queries.ts'

/** What happens after a cluster worker has crashed, and to messages. */
export const crashes: Diagnosis[] = [
  {
    id: 's9-no-respawn',
    likely: 'SIGKILL ended a cluster worker, as a crash does, and you did not replace it.',
    lookAt:
      "TODO(5) in primary.ts: what the primary does on a worker's 'exit'; after a signal its `code` is null",
    requires: ({ fact }) =>
      fact.kind === 'process-count' && fact.expectation === 'replaced' && fact.seen < 4,
  },
  {
    id: 's9-replacement-not-watched',
    likely:
      'SIGKILL ended a cluster worker that had replaced another one, and you did not replace it: what you do for the first four is not done for this one.',
    lookAt: 'TODO(5) in primary.ts: fork again with the function that forks the first four',
    requires: ({ fact }) =>
      fact.kind === 'process-count' && fact.expectation === 'replaced-again' && fact.seen < 4,
  },
  {
    id: 's9-error-not-replaced',
    likely:
      'The check ended a cluster worker with exit code 1, as an error does that no code caught, and you did not replace it. After a signal you do.',
    lookAt:
      "TODO(5) in primary.ts: what the primary does on a worker's 'exit'; `signal` is null when no signal ended it",
    requires: ({ fact }) =>
      fact.kind === 'process-count' &&
      fact.expectation === 'replaced-after-error' &&
      fact.seen < 4,
  },
  {
    id: 's9-respawns-more',
    likely: 'You start several cluster workers for one that has crashed.',
    lookAt:
      "what forks again: `cluster.on('exit')` in a loop adds a listener each time, and a crash emits both 'disconnect' and 'exit'",
    requires: ({ fact }) => fact.kind === 'process-count' && isReplaced(fact) && fact.seen > 4,
  },
  {
    id: 's9-name-reused',
    likely: (evidence) => {
      const { instances = [], app } = announced(evidence, 'started') ?? {}
      const name = instances.find((one, at) => instances.indexOf(one) !== at)
      return name === app
        ? `Your new cluster workers have the name of the primary, "${name}": without a DYNO of its own, a worker inherits that of the primary.`
        : `Two of your cluster workers that run now have the name "${name}".`
    },
    lookAt:
      'TODO(5) in primary.ts: the DYNO with which you fork again: the name of the worker that ended is free, those of the others are not',
    requires: (evidence) => {
      const fact = announced(evidence, 'started')
      const isFull = fact !== undefined && fact.instances.length >= fact.expected
      return isFull && isReplaced(fact) && isNameShared(fact)
    },
  },
  {
    id: 's9-respawn-loop',
    likely: 'You restart a cluster worker that crashes at its start at once, again and again.',
    lookAt:
      "TODO(5) in primary.ts: the pause that `restartDelay()` returns, and what you pass to it: the milliseconds since the worker's 'listening', 0 or less if that never came",
    requires: ({ fact }) => fact.kind === 'restart-storm',
  },
  {
    id: 's9-not-every-worker-subscribes',
    likely:
      'You publish the message, and not every cluster worker subscribes. A subscription belongs to one process.',
    lookAt: 'which of the five processes subscribe: each cluster worker has to',
    requires: (evidence) =>
      missed(evidence) !== undefined &&
      dispatched(evidence).length > 0 &&
      subscriptions(evidence) < 4,
  },
  {
    id: 's9-no-dispatch',
    likely:
      "A message reaches only the devices on the sender's cluster worker, as you do not publish it. Four processes have four memories.",
    lookAt: '`dispatch()`: the message has to leave the process',
    requires: (evidence) => missed(evidence) !== undefined && dispatched(evidence).length === 0,
  },
  {
    id: 's9-subscribes-twice',
    likely: 'Your cluster worker subscribes twice, so a device gets two copies.',
    lookAt: 'how often a process subscribes to the channel',
    requires: (evidence) => isRepeated(evidence) && subscriptions(evidence) > 4,
  },
  {
    id: 's9-local-and-dispatch',
    likely:
      'A device gets two copies: you deliver directly on its cluster worker, and through Redis.',
    lookAt: '`dispatch()`: the publishing process receives the message, too',
    requires: (evidence) => isRepeated(evidence) && subscriptions(evidence) === 4,
  },
]

function isReplaced({ expectation = '' }: Fact): boolean {
  return expectation.startsWith('replaced')
}
