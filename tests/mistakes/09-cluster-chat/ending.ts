import { type Mistake, all, change } from '../../support/index.ts'
import { announcements } from './seen.ts'

/** How it ends. */
export const ending: Mistake[] = [
  {
    id: 's9-workers-not-told',
    likely:
      'the cluster workers ended without a farewell: nobody sent them SIGTERM, or nobody waited for what they had to say.',
    lookAt: 'what the primary does on SIGTERM, for each worker, and when it ends itself',
    seen: (evidence) =>
      evidence.expected.endsWith('after SIGTERM') &&
      (announcements(evidence, 'stopped') ?? 4) < 4,
    programs: {
      'killed at once': change(
        'primary.ts',
        "for (const worker of living) worker.process.kill('SIGTERM')",
        "for (const worker of living) worker.process.kill('SIGKILL')",
      ),
    },
  },
  {
    id: 's9-sigint-no-farewell',
    likely:
      'Ctrl+C sends SIGINT to every process of the terminal, to the cluster workers as well: whoever does not listen to it ends without a farewell.',
    lookAt: 'SIGINT, in the primary and in the worker',
    seen: (evidence) =>
      evidence.expected.endsWith('after Ctrl+C') &&
      announcements(evidence, 'stopped') !== undefined,
    programs: {
      'the workers': change('worker.ts', "process.on('SIGINT', () => {})", ''),
    },
  },
  {
    id: 's9-respawn-during-shutdown',
    likely:
      'while everything is ending, cluster workers that have ended are replaced: it never gets empty.',
    lookAt: "the 'exit' of a worker, when the primary has been told to end",
    seen: ({ received }) => /has started \d+ cluster workers meanwhile/.test(received),
    programs: {
      'fork goes on': all(
        change('primary.ts', 'if (tries < TRIES)', 'if (tries)'),
        change(
          'primary.ts',
          'if (exitCode !== undefined) return\n  const worker',
          'const worker',
        ),
        change(
          'primary.ts',
          'if (exitCode !== undefined) return exitWhenAlone()',
          'if (exitCode !== undefined) return fork(name)',
        ),
        change('primary.ts', "for (const worker of living) worker.process.kill('SIGKILL')", ''),
      ),
    },
  },
  {
    id: 's9-never-empty',
    likely:
      'something is still there two seconds later: a cluster worker that was not told to end or does not listen, or a primary that does not notice that it is alone.',
    lookAt: 'whom the signal reaches, and when the primary ends itself',
    seen: ({ expected }) => /to end within 2 seconds/.test(expected),
    programs: {
      'the primary stays': change(
        'primary.ts',
        'if (living.size === 0) process.exit(exitCode)',
        'setInterval(() => {}, 1e9)',
      ),
    },
  },
  {
    id: 's9-other-exit-code',
    likely: 'it was asked to end and did. That is no failure, so the exit code should be 0.',
    lookAt: 'the code with which the primary ends',
    seen: (evidence) => evidence.expected.startsWith('the primary to end with exit code 0'),
    programs: {
      one: change(
        'primary.ts',
        "process.on('SIGTERM', () => end(0))",
        "process.on('SIGTERM', () => end(1))",
      ),
    },
  },
]
