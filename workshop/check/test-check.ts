import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { dataPath, root } from '../paths.ts'
import { failureLines } from './report.ts'
import type { Failure } from './check-result.ts'
import { readStarters } from '../course/index.ts'
import { FailingGoalCache } from './failing-goal-cache.ts'
import type { CheckDefinition } from './define-check.ts'
import { type Goal, runGoal } from './run-goal.ts'
import type { Files, KnownMistake } from './known-mistake.ts'

// `npm test all`: every program on every goal, instead of each mistake's first one on the goal
// that is known to catch it.
const all = process.env['WORKSHOP_TEST_ALL'] === '1'

/**
 * Makes tests of a gate, which try it on programs whose verdict is known: the solution and all
 * right answers must pass it, the starter and every known wrong answer must fail with their own
 * diagnosis.
 */
export function testCheck(
  slug: string,
  goals: readonly Goal[],
  belongings: CheckDefinition,
): void {
  const { mistakes, starter, rightAnswers } = belongings
  const caughtBy = new FailingGoalCache(slug)
  const wrong = wrongPrograms(mistakes)

  // The verdict of a program is its first goal that fails, as a learner sees it.
  async function verdict(files: Files, name: string, signal: AbortSignal, tried = goals) {
    const folder = await unpack(`${slug}-${name}`, files)
    try {
      return await firstFailure(tried, folder, mistakes, signal)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  describe(slug, () => {
    test.concurrent('the solution passes', async ({ signal }) => {
      const failure = await firstFailure(goals, join(root, 'solutions', slug), mistakes, signal)
      expect(failure).toBeUndefined()
    })

    test.concurrent(
      'the untouched starter fails, and its fault is named',
      async ({ signal }) => {
        const failure = await verdict(await starterFiles(slug), 'starter', signal)
        expect(failure).toMatchObject({ diagnosis: starter })
      },
    )

    for (const [name, edit] of Object.entries(rightAnswers)) {
      test.concurrent(`a right answer passes: ${name}`, async ({ signal }) => {
        const files = edit(await solutionFiles(slug))
        expect(await verdict(files, name, signal)).toBeUndefined()
      })
    }

    for (const { id, name, program, edit } of wrong) {
      const tried = all ? goals : caughtBy.select(program, goals)
      test.concurrent(`${id} is named: ${name}`, async ({ signal }) => {
        const files = edit(await solutionFiles(slug))
        const failure =
          (await verdict(files, `${id}-${name}`, signal, tried)) ??
          // A race can go the other way there, and be lost at a later goal.
          (await verdict(files, `${id}-${name}`, signal))
        expect(failure).toMatchObject({ diagnosis: id })
        expect(failure && overflowingLines(failure)).toEqual([])
        caughtBy.record(program, goals.findIndex((goal) => goal.name === failure?.goal) + 1)
      })
    }
  })

  if (all) afterAll(() => caughtBy.save(wrong.map(({ program }) => program)))
}

function wrongPrograms(mistakes: readonly KnownMistake[]) {
  return mistakes.flatMap(({ id, programs }) => {
    const named = Object.entries(programs).map(([name, edit]) => {
      return { id, name, program: `${id}: ${name}`, edit }
    })
    return all ? named : named.slice(0, 1)
  })
}

// A failure fits on a screen: 20 lines of 80 columns, whatever a program prints.
function overflowingLines(failure: Failure): string[] {
  const lines = failureLines(failure)
  return lines.filter((line, i) => i >= 20 || line.length > 80)
}

async function firstFailure(
  goals: readonly Goal[],
  folder: string,
  mistakes: readonly KnownMistake[],
  signal: AbortSignal,
): Promise<Failure | undefined> {
  for (const goal of goals) {
    const failure = await runGoal(goal, folder, mistakes, signal)
    if (failure) return failure
  }
  return undefined
}

async function solutionFiles(slug: string): Promise<Files> {
  const folder = join(root, 'solutions', slug)
  const names = await readdir(folder)
  const texts = names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')])
  return Object.fromEntries(await Promise.all(texts))
}

// Not from steps/: a learner may be at work there.
async function starterFiles(slug: string): Promise<Files> {
  const starter = (await readStarters())[slug] ?? {}
  return Object.fromEntries(Object.entries(starter).map(([path, { text }]) => [path, text]))
}

async function unpack(name: string, files: Files): Promise<string> {
  const folder = dataPath('tmp', `${name.replaceAll(/[^\w.-]+/g, '-')}-${process.pid}`)
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }
  return folder
}
