import { type Mistake, change } from '../../support/index.ts'

const died =
  'const stable = performance.now() - servesSince > STABLE_MS\n    if (stable) fork(name)\n    else tryAgain(name, tries)'

/** What becomes of a cluster worker that crashed, and of messages. */
export const crashes: Mistake[] = [
  {
    id: 's9-no-respawn',
    likely:
      'nobody takes the place of a cluster worker that died. One crash after the other, and in the end nobody serves.',
    lookAt: "what the primary does on a worker's 'exit'",
    seen: ({ expected }) => expected.startsWith('another cluster worker in the place'),
    programs: { 'does nothing': change('primary.ts', died, '') },
  },
  {
    id: 's9-respawn-loop',
    likely:
      'a cluster worker that dies at its start is started again at once, dies again, and so on: as fast as the machine can fork.',
    lookAt: "the 'exit' of a worker: how long did it live, and how often did that happen?",
    seen: ({ expected }) => expected.startsWith('a pause before a cluster worker'),
    programs: { 'at once': change('primary.ts', died, 'fork(name)') },
  },
  {
    id: 's9-no-dispatch',
    likely:
      'a message only reaches the devices on the cluster worker of its sender. Four processes are four memories, whether on one machine or not.',
    lookAt: 'dispatch(): what it does has to leave the process',
    seen: ({ expected, received }) =>
      expected.includes('to hear "message"') &&
      /heard nothing|the last it heard/.test(received),
    programs: {
      'local only': change('dispatch.ts', 'bus.emit(CHANNEL, message)', 'deliver(message)'),
    },
  },
  {
    id: 's9-local-and-dispatch',
    likely: 'a device hears a message twice: from its own cluster worker, and through Redis.',
    lookAt: 'dispatch(): the process that publishes hears it, too',
    seen: ({ received }) => /^it heard it \d+ times/.test(received),
    programs: {
      both: change(
        'dispatch.ts',
        'bus.emit(CHANNEL, message)',
        'deliver(message)\n  bus.emit(CHANNEL, message)',
      ),
    },
  },
]
