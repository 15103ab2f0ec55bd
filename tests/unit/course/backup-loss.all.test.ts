import { build } from 'esbuild'
import { execFile } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { readBackup, listBackups } from '../../../workshop/course/backups.ts'
import { resetStep, undo } from '../../../workshop/course/reset.ts'
import { UserError } from '../../../workshop/errors.ts'
import { findStep } from '../../../workshop/course/steps.ts'
import { dataPath } from '../../../workshop/paths.ts'
import { type TinyCourse, starterText, tinyCourse, wordsText } from './course-fixture.ts'

// A reset that ends at any moment must not lose a file of the learner.
const mine = { 'index.ts': 'my own work\n'.repeat(50), 'lib/words.ts': 'my own words\n' }
const starter = { 'index.ts': starterText, 'lib/words.ts': wordsText }
const names = ['index.ts', 'lib/words.ts'] as const
const resetProgram = dataPath('tmp', `crash-during-reset-${process.pid}.mjs`)

beforeAll(async () => {
  const entry = join(import.meta.dirname, 'crash-during-reset.ts')
  await build({
    entryPoints: [entry],
    outfile: resetProgram,
    bundle: true,
    platform: 'node',
    format: 'esm',
  })
})
afterAll(() => rm(resetProgram, { force: true }))

async function editedCourse(): Promise<TinyCourse> {
  const course = await tinyCourse()
  onTestFinished(() => course.remove())
  for (const name of names) await course.write(`steps/02-world/${name}`, mine[name])
  return course
}

async function resetUntil(
  course: TinyCourse,
  nth: number,
  how: string,
): Promise<number | string> {
  try {
    await promisify(execFile)(process.execPath, [resetProgram, course.root, String(nth), how])
    return 0
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const { code, signal } = { code: null, signal: null, ...error }
    return signal ?? code ?? 'lost'
  }
}

async function expectNothingLost(course: TinyCourse): Promise<void> {
  const kept: string[] = []
  for (const backup of await listBackups(course.root)) {
    for (const content of (await readBackup(backup)).values()) {
      if ('data' in content) kept.push(content.data.toString())
    }
  }
  for (const name of names) {
    const now = await readFile(course.path(`steps/02-world/${name}`), 'utf8')
    expect([mine[name], starter[name]]).toContain(now)
    expect([now, ...kept]).toContain(mine[name])
  }
}

test.each(['kill', 'fail'])(
  'no file is lost when the reset meets "%s" at any change',
  async (how) => {
    const ends: (number | string)[] = []
    for (let nth = 1; ends.at(-1) !== 10; nth += 1) {
      const course = await editedCourse()
      ends.push(await resetUntil(course, nth, how))
      await expectNothingLost(course)
      // Temporary files that are left do not disturb the next reset.
      await resetStep(await findStep('2', course.root), course.root)
      await expectNothingLost(course)
      for (const name of names)
        expect(await course.read(`steps/02-world/${name}`)).toBe(starter[name])
      await course.remove()
    }
    expect(ends.length).toBeGreaterThan(10)
    // A failure is reported; only the final cleanup may fail silently.
    const allowed = how === 'kill' ? ['SIGKILL', 10] : [2, 0, 10]
    expect(ends.filter((end) => !allowed.includes(end))).toEqual([])
    if (how === 'fail') expect(ends.filter((end) => end === 0).length).toBeLessThanOrEqual(1)
  },
  120_000,
)

test('ten concurrent resets and undos lose no file', async () => {
  const course = await editedCourse()
  const step = await findStep('2', course.root)
  // Each may find that another one was faster, and reject.
  const both = Array.from({ length: 10 }, (_, at) =>
    at % 2 === 0 ? resetStep(step, course.root) : undo(1, course.root),
  )
  const ends = await Promise.allSettled(both)
  for (const end of ends)
    if (end.status === 'rejected') expect(end.reason).toBeInstanceOf(UserError)
  await expectNothingLost(course)
})

test('two resets in two processes at once lose no file', async () => {
  const course = await editedCourse()
  const ends = await Promise.all([resetUntil(course, 0, ''), resetUntil(course, 0, '')])
  expect(ends).toEqual([0, 0])
  await expectNothingLost(course)
  expect((await listBackups(course.root)).length).toBeGreaterThan(0)
})
