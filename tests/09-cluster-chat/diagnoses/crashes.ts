import {
  type LegacyEvidence,
  type KnownMistake,
  combine,
  replaceIn,
  writeFile,
} from '../../../workshop/check/suite.ts'
import { sent } from './evidence-queries.ts'

const died =
  'const stable = performance.now() - servesSince > STABLE_MS\n    if (stable) fork(name)\n    else tryAgain(name, tries)'

const channel = 'outgoing_socket_message'
const opens =
  '      await openDispatch(bus) // first: whoever is connected must not miss anything\n'

/** What becomes of a cluster worker that crashed, and of messages. */
export const crashes: KnownMistake[] = [
  {
    id: 's9-no-respawn',
    likely:
      'nobody takes the place of a cluster worker that died. One crash after the other, and in the end nobody serves.',
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
    likely:
      'a cluster worker that dies at its start is started again at once, dies again, and so on: as fast as the machine can fork.',
    lookAt: "the 'exit' of a worker: how long did it live, and how often did that happen?",
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
      'the message is in Redis, but not every cluster worker hears it. A subscription belongs to one process; the others are as deaf as an instance that never subscribed.',
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
      'a message only reaches the devices on the cluster worker of its sender. Four processes are four memories, whether on one machine or not.',
    lookAt: 'dispatch(): what it does has to leave the process',
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
    likely:
      'a device hears a message twice, because its cluster worker has subscribed twice: each handler hands it on.',
    lookAt: 'how often a process subscribes to the channel',
    matches: (evidence) => twice(evidence) && subscriptions(evidence) > 4,
    programs: {
      'when it starts, and when it serves': replaceIn('chat.ts', opens, opens + opens),
    },
  },
  {
    id: 's9-local-and-dispatch',
    likely: 'a device hears a message twice: from its own cluster worker, and through Redis.',
    lookAt: 'dispatch(): the process that publishes hears it, too',
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
    expected.includes('to hear "message"') && /heard nothing|the last it heard/.test(received)
  )
}

function twice({ received }: LegacyEvidence): boolean {
  return /^it heard it \d+ times/.test(received)
}

function subscriptions(evidence: LegacyEvidence): number {
  return sent(evidence, 'PSUBSCRIBE', channel) + sent(evidence, 'SUBSCRIBE', channel)
}
