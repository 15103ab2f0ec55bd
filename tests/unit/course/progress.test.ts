import { mkdir, readdir, symlink } from 'node:fs/promises'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { run as hint } from '../../../workshop/commands/hint.ts'
import { run as progressCommand } from '../../../workshop/commands/progress.ts'
import { painter } from '../../../workshop/course/paint.ts'
import {
  nextStep,
  readProgress,
  recordHint,
  recordPass,
} from '../../../workshop/course/progress.ts'
import { renderProgress } from '../../../workshop/course/render-progress.ts'
import { steps } from '../../../workshop/course/steps.ts'
import { type TinyCourse, runCommand, tinyCourse } from './course-fixture.ts'

let course: TinyCourse
beforeEach(async () => {
  course = await tinyCourse()
})
afterEach(() => course.remove())

test('a pass is remembered, and the next step is the first that has not passed', async () => {
  expect(await nextStep(course.root)).toMatchObject({ number: 1 })
  await recordPass({ slug: '01-hello' }, course.root)
  expect(await nextStep(course.root)).toMatchObject({ number: 2 })
  const { passed } = await readProgress(course.root)
  expect(Object.keys(passed)).toEqual(['01-hello'])
  await recordPass({ slug: '01-hello' }, course.root)
  expect((await readProgress(course.root)).passed).toEqual(passed)
  await recordPass({ slug: '02-world' }, course.root)
  expect(await nextStep(course.root)).toBeUndefined()
})

test('twenty writers at once lose nothing', async () => {
  const slugs = Array.from({ length: 20 }, (_, at) => `${10 + at}-step`)
  await Promise.all(slugs.map((slug) => recordPass({ slug }, course.root)))
  expect(Object.keys((await readProgress(course.root)).passed).toSorted()).toEqual(slugs)
  expect(await readdir(course.path('.workshop'))).toEqual(['progress.json'])
})

test.each(['', '{"passed":', '[]', 'null', '{"passed":[]}', '\0\0\0'])(
  'a damaged file %j is moved aside and said',
  async (damage) => {
    await course.write('.workshop/progress.json', damage)
    const said: string[] = []
    const progress = await readProgress(course.root, (line) => said.push(line))
    expect(progress).toEqual({ passed: {}, hints: {} })
    expect(said).toEqual([expect.stringMatching(/starts anew.*progress\.damaged-.*\.json$/)])
    const [aside = ''] = await readdir(course.path('.workshop'))
    expect(await course.read(`.workshop/${aside}`)).toBe(damage)
  },
)

test('a folder in place of the file is moved aside too', async () => {
  await mkdir(course.path('.workshop/progress.json'), { recursive: true })
  const say = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  await recordPass({ slug: '01-hello' }, course.root)
  expect(say).toHaveBeenCalledOnce()
  say.mockRestore()
  expect((await readProgress(course.root)).passed).toHaveProperty('01-hello')
})

test('single wrong entries are dropped, the rest stays', async () => {
  const text =
    '{"passed":{"01-hello":{"at":"2026-01-01"},"02-world":7},"hints":{"a":9,"b":2},"more":1}'
  await course.write('.workshop/progress.json', text)
  const passed = { '01-hello': { at: '2026-01-01' } }
  expect(await readProgress(course.root)).toEqual({ passed, hints: { b: 2 }, more: 1 })
})

test('a lock left by a killed process is taken over', async () => {
  await course.write('.workshop/progress.lock', '999999999 killed')
  await recordPass({ slug: '01-hello' }, course.root)
  expect((await readProgress(course.root)).passed).toHaveProperty('01-hello')
})

test('where nothing can be written there is one clear line', async () => {
  await course.write('.workshop', 'a file')
  await expect(recordPass({ slug: '01-hello' }, course.root)).rejects.toThrow(
    /^Cannot write .*\.workshop \((EEXIST|ENOTDIR)\): a file stands where a folder should be/,
  )
  expect(await runCommand(progressCommand, '', course.root)).toMatchObject({ code: 0 })
})

test('a hint is shown even where it cannot be remembered', async () => {
  await course.write('.workshop', 'a file')
  const { code, output } = await runCommand(hint, '1', course.root)
  expect(code).toBe(2)
  expect(output).toMatch(/The nudge of step 1[\s\S]*Cannot write/)
})

test.runIf(process.platform === 'linux')('a disk that takes nothing is said', async () => {
  await symlink('/proc', course.path('.workshop'))
  await expect(recordPass({ slug: '01-hello' }, course.root)).rejects.toThrow(
    /^Cannot write .*:/,
  )
})

const say = async (words: string) => (await runCommand(hint, words, course.root)).output

test('hints come one after the other, and any again by its number', async () => {
  expect(await say('')).toMatch(/hint 1 of 3: a nudge[\s\S]*The nudge[\s\S]*npm run hint 1 2/)
  expect(await say('1')).toContain('The concept of step 1.')
  expect(await say('1 1')).toContain('The nudge of step 1.')
  expect(await say('hello')).toContain('The nearly code of step 1.')
  expect(await say('1')).toMatch(/hint 3 of 3[\s\S]*npm run diff 1/)
  expect(await say('1 4')).toBe('There is no hint "4". The hints of a step are 1 to 3')
  expect(await say('1 2 3')).toBe('At most a step and a level: npm run hint 4 2')
  expect(await say('9')).toMatch(/^There is no step 9\./)
})

test('the screen shows every step, and what to type next', async () => {
  await recordPass({ slug: '01-hello' }, course.root)
  await recordHint('02-world', 2, course.root)
  const { code, output } = await runCommand(progressCommand, '', course.root)
  expect(code).toBe(0)
  expect(output).toMatch(/✓ {2}1 {3}Hello: one word +passed \d{4}-\d\d-\d\d/)
  expect(output).toMatch(/▸ {2}2 {3}World: two words +next/)
  for (const line of [
    'edit     steps/02-world/index.ts',
    'npm run step 2 2',
    'npm run check 2',
    'npm run hint 2',
    '1 of 2 passed',
  ]) {
    expect(output).toContain(line)
  }
  expect(output).not.toContain('\u001B')
  expect(await runCommand(progressCommand, 'now', course.root)).toMatchObject({ code: 2 })
})

test('the screen fits 80 columns, with colours too', async () => {
  const long = await steps(course.root)
  for (const step of long) step.title = 'a title '.repeat(12)
  for (const on of [false, true]) {
    const lines = renderProgress(long, { passed: {}, hints: {} }, painter(on))
    const widths = lines.map((line) => stripVTControlCharacters(line).length)
    expect(Math.max(...widths)).toBeLessThanOrEqual(80)
  }
})

test('all passed is said', async () => {
  const passed = { '01-hello': { at: '2026-01-01' }, '02-world': { at: '2026-01-02' } }
  const lines = renderProgress(await steps(course.root), { passed, hints: {} }, painter(false))
  expect(lines.join('\n')).toContain('Every step has passed.')
})
