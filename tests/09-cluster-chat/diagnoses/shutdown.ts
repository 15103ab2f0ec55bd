import {
  type KnownMistake,
  combine,
  replaceIn,
  writeFile,
} from '../../../workshop/check/suite.ts'
import { announcements, sent } from './evidence-queries.ts'

const tells = "for (const worker of workers) worker.process.kill('SIGTERM')"

/** How it ends. */
export const ending: KnownMistake[] = [
  {
    id: 's9-farewell-not-sent',
    likely:
      'The cluster workers shut down without announcing `stopped`, or announce it after the bus is closed.',
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
      'The cluster workers ended without announcing `stopped`: they got no SIGTERM, do not handle it, or the primary did not wait.',
    lookAt:
      'what the primary does on SIGTERM for each worker, and when it ends; what a worker does on SIGTERM',
    matches: (evidence) =>
      evidence.expected.endsWith('after SIGTERM') &&
      (announcements(evidence, 'stopped') ?? 4) < 4,
    programs: {
      'killed at once': replaceIn('primary.ts', tells, tells.replace('SIGTERM', 'SIGKILL')),
      'only disconnected': replaceIn(
        'primary.ts',
        tells,
        'for (const worker of workers) worker.disconnect()',
      ),
      'told by a message that nobody reads': replaceIn(
        'primary.ts',
        tells,
        "for (const worker of workers) worker.send('stop')",
      ),
      'workers that do not listen': replaceIn('worker.ts', 'onSigterm(async', 'void (async'),
    },
  },
  {
    id: 's9-two-farewells',
    likely:
      'Each cluster worker announces `stopped` twice: for SIGINT from the terminal and for SIGTERM from the primary.',
    lookAt: 'what a worker does on SIGINT, and what on SIGTERM',
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
      'Ctrl+C sends SIGINT to all five processes, and the cluster workers end at once instead of waiting for the primary.',
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
    likely: 'During the shutdown the primary replaces workers that have ended.',
    lookAt: "the worker's 'exit' while the primary shuts down",
    matches: ({ received }) => /has started \d+ cluster workers meanwhile/.test(received),
    programs: {
      'fork goes on': combine(
        replaceIn('restart-delay.ts', 'if (failed < TRIES)', 'if (failed)'),
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
          "for (const worker of workers) worker.process.kill('SIGKILL')",
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
      'After two seconds something is still running: a cluster worker that got no SIGTERM or ignores it, or a primary that does not end itself.',
    lookAt: 'which processes the signal reaches, and when the primary ends',
    matches: ({ expected }) => /to end within 2 seconds/.test(expected),
    programs: {
      'the primary stays': replaceIn(
        'primary.ts',
        'if (workers.size === 0) process.exit(exitCode)',
        'setInterval(() => {}, 1e9)',
      ),
      'told to disconnect, and waited for': combine(
        replaceIn('primary.ts', tells, 'for (const worker of workers) worker.disconnect()'),
        replaceIn(
          'primary.ts',
          "for (const worker of workers) worker.process.kill('SIGKILL')",
          '',
        ),
      ),
    },
  },
  {
    id: 's9-other-exit-code',
    likely: 'The primary ended on request, with an exit code other than 0.',
    lookAt: 'the code with which the primary ends',
    matches: (evidence) => evidence.expected.startsWith('the primary to end with exit code 0'),
    programs: {
      one: replaceIn(
        'primary.ts',
        "process.on('SIGTERM', () => shutDown(0))",
        "process.on('SIGTERM', () => shutDown(1))",
      ),
    },
  },
]
