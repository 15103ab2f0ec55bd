import {
  type KnownMistake,
  combine,
  replaceIn,
  writeFile,
} from '../../../workshop/check/suite.ts'
import { announcements, sent } from './evidence-queries.ts'

const tells = "for (const worker of living) worker.process.kill('SIGTERM')"

/** How it ends. */
export const ending: KnownMistake[] = [
  {
    id: 's9-farewell-not-sent',
    likely:
      'each cluster worker closes its connections in good order, and has not said "stopped" before. Once the bus is closed it is too late.',
    lookAt: 'what a worker does on SIGTERM, and in which order',
    matches: (evidence) =>
      (announcements(evidence, 'stopped') ?? 4) < 4 && sent(evidence, 'QUIT') >= 4,
    programs: {
      'nothing is said': replaceIn('worker.ts', "      announce(chat.bus, 'stopped')\n", ''),
    },
  },
  {
    id: 's9-workers-not-told',
    likely:
      'the cluster workers ended without a farewell: nobody sent them SIGTERM, they do not listen to it, or nobody waited for what they had to say.',
    lookAt:
      'what the primary does on SIGTERM, for each worker, and when it ends itself; what a worker does on SIGTERM',
    matches: (evidence) =>
      evidence.expected.endsWith('after SIGTERM') &&
      (announcements(evidence, 'stopped') ?? 4) < 4,
    programs: {
      'killed at once': replaceIn('primary.ts', tells, tells.replace('SIGTERM', 'SIGKILL')),
      'only disconnected': replaceIn(
        'primary.ts',
        tells,
        'for (const worker of living) worker.disconnect()',
      ),
      'told by a message that nobody reads': replaceIn(
        'primary.ts',
        tells,
        "for (const worker of living) worker.send('stop')",
      ),
      'workers that do not listen': replaceIn('worker.ts', 'onSigterm(async', 'void (async'),
    },
  },
  {
    id: 's9-two-farewells',
    likely:
      'each cluster worker says farewell twice: SIGINT comes from the terminal, and then the primary asks it to end.',
    lookAt: 'who says "stopped": what a worker does on SIGINT, and what on SIGTERM',
    matches: (evidence) => (announcements(evidence, 'stopped') ?? 0) > 4,
    programs: {
      'one for each signal': replaceIn(
        'worker.ts',
        'onSigterm(async',
        "process.on('SIGINT', () => announce(chat.bus, 'stopped'))\n    onSigterm(async",
      ),
    },
  },
  {
    id: 's9-sigint-no-farewell',
    likely:
      'Ctrl+C sends SIGINT to every process of the terminal, to the cluster workers as well: whoever does not listen to it ends without a farewell.',
    lookAt: 'SIGINT, in the primary and in the worker',
    matches: (evidence) =>
      evidence.expected.endsWith('after Ctrl+C') &&
      announcements(evidence, 'stopped') !== undefined,
    programs: {
      'the workers': replaceIn('worker.ts', "process.on('SIGINT', () => {})", ''),
      'workers that leave on the spot': replaceIn(
        'worker.ts',
        "process.on('SIGINT', () => {})",
        "process.on('SIGINT', () => process.exit(0))",
      ),
    },
  },
  {
    id: 's9-respawn-during-shutdown',
    likely:
      'while everything is ending, cluster workers that have ended are replaced: it never gets empty.',
    lookAt: "the 'exit' of a worker, when the primary has been told to end",
    matches: ({ received }) => /has started \d+ cluster workers meanwhile/.test(received),
    programs: {
      'fork goes on': combine(
        replaceIn('primary.ts', 'if (tries < TRIES)', 'if (tries)'),
        replaceIn(
          'primary.ts',
          'if (exitCode !== undefined) return\n  const worker',
          'const worker',
        ),
        replaceIn(
          'primary.ts',
          'if (exitCode !== undefined) return exitWhenAlone()',
          'if (exitCode !== undefined) return fork(name)',
        ),
        replaceIn(
          'primary.ts',
          "for (const worker of living) worker.process.kill('SIGKILL')",
          '',
        ),
      ),
      'on every exit, whatever the reason': writeFile(
        'primary.ts',
        `import cluster from 'node:cluster'
export async function startPrimary() {
  for (let n = 1; n <= 4; n++) cluster.fork({ DYNO: 'web.1.' + n })
  cluster.on('exit', () => setTimeout(() => cluster.fork(), 400))
  const stop = () => {
    for (const worker of Object.values(cluster.workers)) worker.process.kill('SIGTERM')
  }
  process.on('SIGTERM', stop).on('SIGINT', stop)
}`,
      ),
    },
  },
  {
    id: 's9-never-empty',
    likely:
      'something is still there two seconds later: a cluster worker that was not told to end or does not listen, or a primary that does not notice that it is alone.',
    lookAt: 'whom the signal reaches, and when the primary ends itself',
    matches: ({ expected }) => /to end within 2 seconds/.test(expected),
    programs: {
      'the primary stays': replaceIn(
        'primary.ts',
        'if (living.size === 0) process.exit(exitCode)',
        'setInterval(() => {}, 1e9)',
      ),
      'told to disconnect, and waited for': combine(
        replaceIn('primary.ts', tells, 'for (const worker of living) worker.disconnect()'),
        replaceIn(
          'primary.ts',
          "for (const worker of living) worker.process.kill('SIGKILL')",
          '',
        ),
      ),
    },
  },
  {
    id: 's9-other-exit-code',
    likely: 'it was asked to end and did. That is no failure, so the exit code should be 0.',
    lookAt: 'the code with which the primary ends',
    matches: (evidence) => evidence.expected.startsWith('the primary to end with exit code 0'),
    programs: {
      one: replaceIn(
        'primary.ts',
        "process.on('SIGTERM', () => end(0))",
        "process.on('SIGTERM', () => end(1))",
      ),
    },
  },
]
