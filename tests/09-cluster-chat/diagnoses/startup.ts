import {
  type KnownMistake,
  replaceIn,
  printedOnStderr,
  writeFile,
} from '../../../workshop/check/suite.ts'
import { announcements, forks } from './evidence-queries.ts'

/** Who starts, and how many. */
export const starting: KnownMistake[] = [
  {
    id: 's9-no-primary-check',
    likely:
      'The cluster workers try to fork. The same program runs in all five processes, and only the primary has cluster.fork().',
    lookAt: 'what decides which part runs in which process',
    matches: (evidence) => printedOnStderr(evidence, /fork is not a function/),
    programs: {
      'no question': writeFile(
        'index.ts',
        "import cluster from 'node:cluster'\nimport { startWorker } from './worker.ts'\nfor (let n = 0; n < 4; n++) cluster.fork()\nawait startWorker()",
      ),
    },
  },
  {
    id: 's9-kill-port-not-caught',
    likely: 'killPort() rejects when the port is free, and that ended the start.',
    lookAt: 'what happens when killPort() rejects',
    matches: (evidence) => printedOnStderr(evidence, /No process running on port/),
    programs: {
      // What kill-port does where lsof is installed, in every place.
      'an error that nobody catches': writeFile(
        'kill-port-owner.ts',
        "export async function killPortOwner(port) { throw new Error('No process running on port') }",
      ),
    },
  },
  {
    id: 's9-startup-work-in-primary',
    likely: 'The primary does the work of a cluster worker: it announces itself or serves.',
    lookAt: 'what runs before the check of isPrimary; imports run, too',
    matches: (evidence) =>
      evidence.expected.startsWith('4 announcements') ||
      printedOnStderr(evidence, /EADDRINUSE/),
    programs: {
      'announces itself': replaceIn(
        'primary.ts',
        '  await killPortOwner(',
        "  const { newBus } = await import('./bus.ts')\n  const { announce } = await import('./announce.ts')\n  announce(newBus(), 'started')\n  await killPortOwner(",
      ),
      'serves as well': replaceIn(
        'index.ts',
        '  await startPrimary()',
        "  await startPrimary()\n  const { startWorker } = await import('./worker.ts')\n  await startWorker()",
      ),
    },
  },
  {
    id: 's9-polling-alone',
    likely:
      "The chat accepts no WebSocket connections. The requests of long-polling reach different cluster workers, which do not know each other's connections.",
    lookAt: 'the transports of the server',
    matches: ({ expected, received }) =>
      expected.includes('connect') && received.includes('websocket error'),
    programs: {
      'polling only': replaceIn(
        'chat.ts',
        "transports: ['websocket']",
        "transports: ['polling']",
      ),
    },
  },
  {
    id: 's9-silent-workers',
    likely: 'The cluster workers run, and none announces `started`.',
    lookAt: 'TODO(4): what is published on "instances", and when',
    matches: (evidence) => announcements(evidence, 'started') === 0 && forks(evidence),
    programs: {
      'no announcement': replaceIn('worker.ts', "      announce(chat.bus, 'started')\n", ''),
    },
  },
  {
    id: 's9-one-process',
    likely: 'There is one process: nothing was forked.',
    lookAt: 'TODO(1) and TODO(2): which process forks, and how often',
    matches: (evidence) =>
      announcements(evidence, 'started') === 0 && evidence.programs.every(({ exit }) => !exit),
    programs: {
      'a worker alone': writeFile(
        'index.ts',
        "import { newChat } from './chat.ts'\nawait newChat().start()",
      ),
    },
  },
  {
    id: 's9-wrong-worker-count',
    likely: 'The number of cluster workers is not four.',
    lookAt: 'the loop that forks',
    matches: (evidence) => {
      const count = announcements(evidence, 'started')
      const more = /^(\d+) processes beside it$/.exec(evidence.received)?.[1]
      return (count !== undefined && count > 0 && count < 4) || Number(more) > 4
    },
    programs: {
      one: replaceIn('primary.ts', 'WORKERS = 4', 'WORKERS = 1'),
      two: replaceIn('primary.ts', 'WORKERS = 4', 'WORKERS = 2'),
      six: replaceIn('primary.ts', 'WORKERS = 4', 'WORKERS = 6'),
    },
  },
]
