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
      'the cluster workers try to fork, too. The same file runs in the primary and in each of them, and only the primary has cluster.fork().',
    lookAt: 'what decides which part of the program runs in which process',
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
    likely:
      'the port was free, and that ended the start: kill-port calls it an error when there is nobody to kill.',
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
    likely:
      'the primary does what the cluster workers are for: it announces itself, or serves, beside its four.',
    lookAt: 'what runs before the question whether this is the primary; imports count',
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
      'the chat does not take WebSocket connections. Long-polling is many requests, and each is handed to another cluster worker, which does not know of the one before.',
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
    likely:
      'there are cluster workers, and none of them says so: an announcement goes out when a worker is ready to serve.',
    lookAt: 'TODO(5): what is published on "instances", and when',
    matches: (evidence) => announcements(evidence, 'started') === 0 && forks(evidence),
    programs: {
      'no announcement': replaceIn('worker.ts', "      announce(chat.bus, 'started')\n", ''),
    },
  },
  {
    id: 's9-one-process',
    likely: 'there is one process. Nothing was forked, so nobody shares the work.',
    lookAt: 'TODO(1) and TODO(2): who forks, and how often',
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
    likely:
      'the number of cluster workers is another one. The examples take as many as the machine has processors; this step wants four, everywhere.',
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
