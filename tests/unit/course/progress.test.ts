import { mkdir, readdir, symlink } from 'node:fs/promises'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { run as hint } from '../../../workshop/commands/hint.ts'
import { run as progressCommand } from '../../../workshop/commands/progress.ts'
import {
  type StepState,
  fingerprint,
  nextStep,
  readProgress,
  recordHint,
  recordPass,
  stepStates,
} from '../../../workshop/course/progress.ts'
import {
  type ScreenOptions,
  renderProgress,
  screenOptions,
} from '../../../workshop/course/render-progress.ts'
import { steps } from '../../../workshop/course/steps.ts'
import {
  type TinyCourse,
  runCommand,
  solutionText,
  starterText,
  tinyCourse,
} from './course-fixture.ts'

let course: TinyCourse
beforeEach(async () => {
  course = await tinyCourse()
})
afterEach(() => course.remove())

const root = () => ({ root: course.root })

async function edit(slug: string, text: string): Promise<void> {
  await course.write(`steps/${slug}/index.ts`, text)
}

test('a pass is stored, and the next step is the first that has not passed', async () => {
  expect(await nextStep(course.root)).toMatchObject({ number: 1 })
  await edit('01-hello', solutionText)
  await recordPass({ slug: '01-hello' }, root())
  expect(await nextStep(course.root)).toMatchObject({ number: 2 })
  const { passed } = await readProgress(course.root)
  expect(Object.keys(passed)).toEqual(['01-hello'])
  await recordPass({ slug: '01-hello' }, root())
  expect((await readProgress(course.root)).passed).toEqual(passed)
  await edit('02-world', solutionText)
  await recordPass({ slug: '02-world' }, root())
  expect(await nextStep(course.root)).toBeUndefined()
})

test('a passed step is "changed" after an edit, and "starter" after a reset', async () => {
  const states = () => stepStates(course.root)
  await edit('01-hello', solutionText)
  await recordPass({ slug: '01-hello' }, root())
  expect(await states()).toEqual({ '01-hello': 'passed', '02-world': 'open' })
  await course.write('steps/01-hello/notes.md', 'my notes')
  await edit('01-hello', solutionText.replaceAll('\n', '\r\n'))
  expect(await states()).toMatchObject({ '01-hello': 'passed' })
  await edit('01-hello', `${solutionText}// More.\n`)
  expect(await states()).toMatchObject({ '01-hello': 'changed' })
  expect(await nextStep(course.root)).toMatchObject({ number: 2 })
  await edit('01-hello', starterText)
  expect(await states()).toMatchObject({ '01-hello': 'starter' })
  expect(await nextStep(course.root)).toMatchObject({ number: 1 })
})

test('a file saved during a check makes the pass "changed"', async () => {
  const code = await fingerprint('01-hello', course.root)
  await edit('01-hello', solutionText)
  await recordPass({ slug: '01-hello' }, { code, root: course.root })
  expect(await stepStates(course.root)).toMatchObject({ '01-hello': 'changed' })
})

test('twenty passes that are stored at once are all kept', async () => {
  const slugs = Array.from({ length: 20 }, (_, at) => `${10 + at}-step`)
  await Promise.all(slugs.map((slug) => recordPass({ slug }, root())))
  expect(Object.keys((await readProgress(course.root)).passed).toSorted()).toEqual(slugs)
  expect(await readdir(course.path('.workshop/progress'))).toHaveLength(20)
})

test.each(['', '2026', '\0\0\0'])('a pass with the text %j is still a pass', async (damage) => {
  await course.write('.workshop/progress/01-hello.passed', damage)
  await course.write('.workshop/progress/01-hello.hint', damage)
  const { passed, hints } = await readProgress(course.root)
  expect(passed['01-hello']?.at).toMatch(/^\d{4}-\d\d-\d\dT/)
  expect(passed['01-hello']).not.toHaveProperty('code')
  expect(hints).toEqual({})
})

test('progress of an earlier version is read, except for invalid parts', async () => {
  const text =
    '{"passed":{"01-hello":{"at":"2026-01-01"},"02-world":7},"hints":{"a":9,"b":2},"more":1}'
  await course.write('.workshop/progress.json', text)
  const passed = { '01-hello': { at: '2026-01-01' } }
  expect(await readProgress(course.root)).toEqual({ passed, hints: { b: 2 } })
  await edit('01-hello', solutionText)
  expect(await stepStates(course.root)).toMatchObject({ '01-hello': 'passed' })
  await course.write('.workshop/progress.json', '{"passed":')
  expect(await readProgress(course.root)).toEqual({ passed: {}, hints: {} })
})

test('a pass that cannot be stored is an error with the path', async () => {
  await course.write('.workshop', 'a file')
  await expect(recordPass({ slug: '01-hello' }, root())).rejects.toThrow(
    /^Cannot write .*01-hello\.passed \((EEXIST|ENOTDIR)\): a file stands where a folder/,
  )
  expect(await runCommand(progressCommand, '', course.root)).toMatchObject({ code: 0 })
})

test('a hint is printed even if that cannot be stored', async () => {
  await course.write('.workshop', 'a file')
  const { code, output } = await runCommand(hint, '1', course.root)
  expect(code).toBe(2)
  expect(output).toMatch(/The nudge of step 1[\s\S]*Cannot write/)
})

test.runIf(process.platform === 'linux')(
  'a read-only folder for the progress is an error',
  async () => {
    await mkdir(course.path('.workshop'))
    await symlink('/proc', course.path('.workshop/progress'))
    await expect(recordPass({ slug: '01-hello' }, root())).rejects.toThrow(/^Cannot write .*:/)
  },
)

const hintOutput = async (words: string) => (await runCommand(hint, words, course.root)).output

test('each call prints the next hint, and a number prints that hint again', async () => {
  expect(await hintOutput('')).toMatch(
    /hint 1 of 3: a nudge[\s\S]*The nudge[\s\S]*npm run hint 1 2/,
  )
  expect(await hintOutput('1')).toContain('The concept of step 1.')
  expect(await hintOutput('1 1')).toContain('The nudge of step 1.')
  expect(await hintOutput('hello')).toContain('The nearly code of step 1.')
  expect(await hintOutput('1')).toMatch(/hint 3 of 3[\s\S]*npm run diff 1/)
  expect(await hintOutput('1 4')).toBe('There is no hint "4". The hints of a step are 1 to 3')
  expect(await hintOutput('1 2 3')).toBe('At most a step and a level: npm run hint 4 2')
  expect(await hintOutput('9')).toMatch(/^There is no step 9\./)
})

test('progress lists every step, and the next commands', async () => {
  await edit('01-hello', solutionText)
  await recordPass({ slug: '01-hello' }, root())
  await recordHint('02-world', 2, course.root)
  const { code, output } = await runCommand(progressCommand, '', course.root)
  expect(code).toBe(0)
  expect(output).toMatch(/^ +1 {3}Hello: one word +passed \d{4}-\d\d-\d\d$/m)
  expect(output).toMatch(/^ +2 {3}World: two words +next$/m)
  for (const line of [
    'edit     steps/02-world/index.ts',
    'npm run step 2 2',
    'npm run check 2',
    'npm run hint 2',
    '1 of 2 passed',
  ]) {
    expect(output).toContain(line)
  }
  expect(await runCommand(progressCommand, 'now', course.root)).toMatchObject({ code: 2 })
  await edit('01-hello', starterText)
  const again = (await runCommand(progressCommand, '', course.root)).output
  expect(again).toMatch(/Hello: one word +next$/m)
  expect(again).toContain('0 of 2 passed')
})

async function screen(options: ScreenOptions, states: Record<string, StepState> = {}) {
  const all = await steps(course.root)
  for (const step of all) step.title = 'a title '.repeat(12)
  return renderProgress(all, await readProgress(course.root), states, options)
}

test.each([50, 60, 80, 100])('the screen fits %d columns', async (width) => {
  for (const plain of [false, true]) {
    const lines = (await screen({ width, plain })).filter((line) => !line.includes('steps/'))
    const widths = lines.map((line) => stripVTControlCharacters(line).length)
    expect(Math.max(...widths)).toBeLessThanOrEqual(width)
  }
})

test('without colors the output has no bars and symbols for a screen reader', async () => {
  const done: Record<string, StepState> = { '01-hello': 'passed', '02-world': 'changed' }
  for (const states of [{}, done]) {
    expect((await screen({ width: 80, plain: true }, states)).join('\n')).toMatch(/^[ -~…\n]*$/)
    expect((await screen({ width: 80, plain: false }, states)).join('\n')).toMatch(/[━─]/)
  }
  const terminal = { isTTY: true, columns: 120 }
  expect(screenOptions(terminal, {})).toEqual({ width: 100, plain: false })
  expect(screenOptions(terminal, { NO_COLOR: '1' }).plain).toBe(true)
  expect(screenOptions(terminal, { TERM: 'dumb' }).plain).toBe(true)
  expect(screenOptions({}, {})).toEqual({ width: 80, plain: true })
})

test('the end of the course is printed, unless a step is a starter again', async () => {
  const options = { width: 80, plain: true }
  const done: Record<string, StepState> = { '01-hello': 'passed', '02-world': 'changed' }
  const lines = (await screen(options, done)).join('\n')
  expect(lines).toContain('Every step has passed.')
  expect(lines).toContain('passed, changed since')
  const again = (await screen(options, { ...done, '01-hello': 'starter' })).join('\n')
  expect(again).not.toContain('Every step has passed.')
})
