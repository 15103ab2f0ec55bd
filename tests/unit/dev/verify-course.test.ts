import { rm } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { run as verify } from '../../../workshop/commands/verify.ts'
import {
  type TinyCourse,
  suiteText,
  hints,
  lesson,
  runCommand,
  solutionText,
  starterText,
  tinyCourse,
} from '../course/course-fixture.ts'

// A tiny course without problems: each test breaks one thing and expects its problem.
let course: TinyCourse
beforeEach(async () => {
  course = await tinyCourse()
  const rows = [
    '| 1 | [hello](steps/01-hello/README.md) |',
    '| 2 | [world](steps/02-world/README.md) |',
  ]
  await course.write('README.md', `# Course\n\n| # | step |\n|---|---|\n${rows.join('\n')}\n`)
  const scripts = { step: 'node workshop/launcher.cjs step', hint: 'x' }
  await course.write(
    'package.json',
    JSON.stringify({ scripts, dependencies: { redis: '6' } }, null, 2),
  )
  await course.write(
    'workshop/cli.ts',
    "const c = {\n  step: () => import('./commands/step.ts'),\n}\n",
  )
  await course.write('workshop/commands/step.ts', '')
  await course.write('tests/shared/chat.ts', '')
})
afterEach(() => course.remove())

async function problems(words = ''): Promise<string[]> {
  const { output } = await runCommand(verify, words, course.root)
  return output.split('\n').slice(0, -1)
}

test('a consistent course has no problems', async () => {
  expect(await runCommand(verify, '', course.root)).toEqual({
    code: 0,
    output: 'Everything is in step.',
  })
  expect(await runCommand(verify, 'fix it', course.root)).toMatchObject({ code: 2 })
})

test.each([
  ['solutions/02-world', 'solutions/02-world/ is missing'],
  ['tests/02-world.test.ts', 'tests/02-world.test.ts is missing'],
])('a missing %s is a problem', async (path, line) => {
  await rm(course.path(path), { recursive: true })
  expect(await runCommand(verify, '', course.root)).toEqual({
    code: 1,
    output: `${line}\n1 line to look at.`,
  })
})

test('decks are required as soon as there is one', async () => {
  await course.write('slides/theme.css', '')
  expect(await problems()).toEqual([])
  await course.write('slides/01-hello.md', '# Hello')
  expect(await problems()).toEqual(
    expect.arrayContaining([
      'slides/02-world.md is missing',
      'slides/00-opening.md is missing',
      'slides/99-closing.md is missing',
    ]),
  )
})

test('a gap in the numbers of the steps is a problem', async () => {
  await course.write('tests/04-gap.test.ts', suiteText('04-gap', 'x'))
  expect(await problems()).toContain(
    '04-gap should have the number 3: numbers run from 1 without gaps',
  )
})

async function problemsOfLesson(text: string): Promise<string[]> {
  await course.write('steps/01-hello/README.md', text)
  const lines = await problems('fix')
  return lines.slice(lines.indexOf('') + 1)
}

test.each<[string, (text: string) => string, string]>([
  [
    'title',
    (t) => t.replace('Step 1 ·', 'Step 2 ·'),
    'should begin "# Step 1 · ", then the title',
  ],
  ['length', (t) => t + 'more\n\n'.repeat(60), 'lines; 40 to 130 are right'],
  [
    'section',
    (t) => t.replace('## The idea', 'The idea'),
    'the section "## The idea" is missing',
  ],
  [
    'order',
    (t) =>
      t
        .replace('## Read', '## X')
        .replace('## Common problems', '## Read')
        .replace('## X', '## Common problems'),
    'order',
  ],
  [
    'time',
    (t) => t.replace('**Time**:', 'Time:'),
    'needs "**Before you start**: …" and "**Time**: …" in one line',
  ],
  [
    'table of files',
    (t) => t.replace('`index.ts`', '`main.ts`'),
    'the table of files in "Do" lacks index.ts',
  ],
  [
    'link',
    (t) => t.replace('Books.', '[A](books.md)'),
    'links to books.md, which is not there',
  ],
  ['word', (t) => t.replace('One.', 'Nobody.'), '"Nobody"; use: user, device, client, process'],
  ['hint', (t) => t.replace('npm run hint 1', 'a hint'), '"Do" does not name `npm run hint 1`'],
  ['odd section', (t) => t + '\n## More\n', '"## More" is not a section'],
  ['to-do', (t) => t.replace('TODO(1)', 'to do'), '"Do" does not name TODO(1) of the starter'],
  ['command', (t) => t.replace('Much.', 'npm run steps'), '"npm run steps" is no script'],
])('a lesson with a wrong %s is a problem', async (_, edit, line) => {
  const lines = await problemsOfLesson(edit(lesson(1, 'Hello', 'prints hello')))
  expect(lines).toEqual([expect.stringContaining(line)])
  expect(lines[0]).toMatch(/^steps\/01-hello\/README\.md:/)
})

test.each<[string, string, string]>([
  ['name', '## Idea', 'the hints should be: Nudge, Concept, Nearly code'],
  ['text', '## Concept\n\n## More', 'the hint "Concept" is empty'],
])('hints with a wrong %s are a problem', async (_, instead, line) => {
  await course.write('steps/01-hello/hints.md', hints(1).replace('## Concept', instead))
  expect((await problems('fix')).join('\n')).toContain(line)
})

test('goals and tests must have the same names, in the same order', async () => {
  const text = lesson(1, 'Hello', 'prints hello').replace('- prints hello', '- b\n- a')
  expect(await problemsOfLesson(text)).toEqual([
    'tests/01-hello.test.ts: no test is named like the lesson\'s goal "b"',
    'tests/01-hello.test.ts: no test is named like the lesson\'s goal "a"',
    'steps/01-hello/README.md: "## Goals" lacks the test "prints hello"',
  ])
  await course.write('tests/01-hello.test.ts', suiteText('02-world', "a', f)\n  goal('b"))
  expect(await problems()).toEqual([
    "tests/01-hello.test.ts: should call defineCheck('01-hello', …)",
  ])
  await course.write('tests/01-hello.test.ts', suiteText('01-hello', "a', f)\n  goal('b"))
  expect(await problems()).toEqual([
    "tests/01-hello.test.ts: the tests should be in the lesson's order",
  ])
})

test('edited starters are reported as expected, and fix records them', async () => {
  await course.write('steps/01-hello/index.ts', '// TODO(1): differently\n')
  await course.write('steps/01-hello/notes.txt', 'mine')
  const { code, output } = await runCommand(verify, '', course.root)
  expect(code).toBe(1)
  expect(output).toMatch(
    /^steps\/01-hello\/index\.ts is changed\nsteps\/01-hello\/notes\.txt is new\n/,
  )
  expect(output).toContain('are expected where you\n  work through the course')
  await rm(course.path('steps/01-hello/notes.txt'))
  expect(await problems('fix')).toEqual([
    'workshop/course/starters.json, written anew:',
    'steps/01-hello/index.ts is changed',
    '',
  ])
  expect(await problems()).toEqual([])
  await course.write('steps/01-hello/index.ts', '// TODO(1): differently\r\n')
  expect(await problems('fix')).toEqual(['workshop/course/starters.json is as it should be.'])
})

test('fix does not record a solved step as a starter', async () => {
  const before = await course.read('workshop/course/starters.json')
  await course.write('steps/01-hello/index.ts', solutionText)
  const { code, output } = await runCommand(verify, 'fix', course.root)
  expect([code, output]).toEqual([
    2,
    'steps/01-hello has no TODO(n): that is no starter. Nothing was written',
  ])
  expect(await course.read('workshop/course/starters.json')).toBe(before)
})

test('missing or damaged starters are reported, and fix restores them', async () => {
  await rm(course.path('workshop/course/starters.json'))
  expect(await problems()).toEqual([expect.stringMatching(/is missing.*npm run verify fix$/)])
  await course.write('workshop/course/starters.json', '{')
  expect(await problems()).toEqual([expect.stringContaining('is damaged')])
  await problems('fix')
  expect(await problems()).toEqual([])
  expect(starterText).toContain('TODO(1)')
})
