import {
  type LegacyEvidence,
  type KnownMistake,
  combine,
  replaceIn,
  writeFile,
} from '../../../workshop/check/suite.ts'
import { sent } from './evidence-queries.ts'

const died = 'replace(name, performance.now() - servingSince)'

const channel = 'outgoing_socket_message'
const opens =
  '      await openDispatch(bus) // first: a connected device must not miss a message\n'

/** What becomes of a cluster worker that crashed, and of messages. */
export const crashes: KnownMistake[] = [
  {
    id: 's9-no-respawn',
    likely: 'A crashed cluster worker is not replaced.',
    lookAt: "what the primary does on a worker's 'exit'",
    matches: ({ expected }) => expected.startsWith('another cluster worker in the place'),
    programs: {
      'does nothing': replaceIn('primary.ts', died, ''),
      // The exit code of one that was killed is null.
      'only after an error': replaceIn('primary.ts', died, 'if (code > 0) fork(name)'),
    },
  },
  {
    id: 's9-respawn-loop',
    likely: 'A cluster worker that crashes at its start is restarted at once, again and again.',
    lookAt: "the worker's 'exit': how long did it serve, and how often did it crash?",
    matches: ({ expected }) => expected.startsWith('a pause before a cluster worker'),
    programs: {
      'at once': replaceIn('primary.ts', died, 'fork(name)'),
      'at once, with a good ending': writeFile(
        'primary.ts',
        `import cluster from 'node:cluster'
export async function startPrimary() {
  let ending = false
  for (let n = 1; n <= 4; n++) cluster.fork({ DYNO: 'web.1.' + n })
  cluster.on('exit', () => {
    if (!ending) cluster.fork()
    else if (Object.keys(cluster.workers).length === 0) process.exit(0)
  })
  const stop = () => {
    ending = true
    for (const worker of Object.values(cluster.workers)) worker.process.kill('SIGTERM')
  }
  process.on('SIGTERM', stop).on('SIGINT', stop)
}`,
      ),
    },
  },
  {
    id: 's9-not-every-worker-listens',
    likely:
      'The message is published, and not every cluster worker subscribes. A subscription belongs to one process.',
    lookAt: 'which of the five processes subscribe: each cluster worker has to',
    matches: (evidence) =>
      heardNothing(evidence) &&
      sent(evidence, 'PUBLISH', channel) > 0 &&
      subscriptions(evidence) < 4,
    programs: {
      'the first one only': replaceIn(
        'chat.ts',
        opens,
        "      if (process.env.DYNO === 'web.1.1') await openDispatch(bus)\n      else await openDispatch({ ...bus, emit: bus.emit.bind(bus), on: (...all) => all.at(-1)() })\n",
      ),
      'the primary, which tells nobody': combine(
        replaceIn(
          'chat.ts',
          opens,
          '      await openDispatch({ emit: bus.emit.bind(bus), on: (...all) => all.at(-1)() })\n',
        ),
        replaceIn(
          'primary.ts',
          '  await killPortOwner(',
          "  const { newBus } = await import('./bus.ts')\n  newBus().on('outgoing_socket_message', () => {})\n  await killPortOwner(",
        ),
      ),
    },
  },
  {
    id: 's9-no-dispatch',
    likely:
      "A message reaches only the devices on the sender's cluster worker. Four processes have four memories.",
    lookAt: 'dispatch(): the message has to leave the process',
    matches: heardNothing,
    programs: {
      'local only': replaceIn('dispatch.ts', 'bus.emit(CHANNEL, message)', 'deliver(message)'),
      'handed to the primary, which does nothing with it': replaceIn(
        'dispatch.ts',
        'bus.emit(CHANNEL, message)',
        'process.send(message)\n  deliver(message)',
      ),
    },
  },
  {
    id: 's9-listens-twice',
    likely: 'A cluster worker subscribes twice, so a device gets two copies.',
    lookAt: 'how often a process subscribes to the channel',
    matches: (evidence) => twice(evidence) && subscriptions(evidence) > 4,
    programs: {
      'when it starts, and when it serves': replaceIn('chat.ts', opens, opens + opens),
    },
  },
  {
    id: 's9-local-and-dispatch',
    likely: 'A device gets two copies: directly from its cluster worker, and through Redis.',
    lookAt: 'dispatch(): the publishing process receives the message, too',
    matches: twice,
    programs: {
      both: replaceIn(
        'dispatch.ts',
        'bus.emit(CHANNEL, message)',
        'deliver(message)\n  bus.emit(CHANNEL, message)',
      ),
    },
  },
]

function heardNothing({ expected, received }: LegacyEvidence): boolean {
  return (
    expected.includes('to receive "message"') &&
    /has received nothing|the last event it received/.test(received)
  )
}

function twice({ received }: LegacyEvidence): boolean {
  return /^it received it \d+ times/.test(received)
}

function subscriptions(evidence: LegacyEvidence): number {
  return sent(evidence, 'PSUBSCRIBE', channel) + sent(evidence, 'SUBSCRIBE', channel)
}
