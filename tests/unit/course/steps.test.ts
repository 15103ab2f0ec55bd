import { mkdir, rename, rm } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseLesson, sectionsOf } from '../../../workshop/course/lesson.ts'
import { requireRunnableStep, findStep, steps } from '../../../workshop/course/steps.ts'
import { wrapText } from '../../../workshop/course/text.ts'
import { type TinyCourse, hints, lesson, tinyCourse } from './course-fixture.ts'

let course: TinyCourse
beforeEach(async () => {
  course = await tinyCourse()
})
afterEach(() => course.remove())

test('steps are read from their folders, with titles and programs', async () => {
  await course.write('solutions/03-jobs/web.ts', '// Web.\n')
  await course.write('solutions/03-jobs/worker.ts', '// Worker.\n')
  const found = await steps(course.root)
  expect(found.map(({ slug, title, entries }) => [slug, title, entries])).toEqual([
    ['01-hello', 'Hello: one word', ['index.ts']],
    ['02-world', 'World: two words', ['index.ts']],
    ['03-jobs', 'jobs', ['web.ts', 'worker.ts']],
  ])
})

test.each(['2', '02', '02-world', 'world', 'World'])('%s names step 2', async (word) => {
  expect(await requireRunnableStep(word, course.root)).toMatchObject({
    number: 2,
    slug: '02-world',
  })
})

test.each([
  ['13', 'There is no step 13. The steps are 1 to 2: hello, world'],
  ['0', 'There is no step 0. The steps are 1 to 2: hello, world'],
  ['-1', 'There is no step "-1". The steps are 1 to 2: hello, world'],
  ['2.0', 'There is no step "2.0". The steps are 1 to 2: hello, world'],
  ['wor', 'There is no step "wor". The steps are 1 to 2: hello, world'],
  ['', 'There is no step "". The steps are 1 to 2: hello, world'],
  [undefined, 'Which step? The steps are 1 to 2: hello, world'],
])('%s is refused with the list of steps', async (word, answer) => {
  await expect(requireRunnableStep(word, course.root)).rejects.toThrow(answer)
})

test('a deleted step is still listed, and the error names the reset', async () => {
  await rm(course.path('steps/01-hello'), { recursive: true })
  expect(await findStep('1', course.root)).toMatchObject({ title: 'Hello: one word' })
  await expect(requireRunnableStep('1', course.root)).rejects.toThrow(
    'The folder steps/01-hello is missing. To get the starter back: npm run reset 1',
  )
})

test('the error for a renamed step names its new folder', async () => {
  await rename(course.path('steps/01-hello'), course.path('steps/01-mine'))
  await expect(requireRunnableStep('1', course.root)).rejects.toThrow(
    'There is steps/01-mine: did you rename it?',
  )
})

test('a step whose program is missing, or a folder, has an error that names the reset', async () => {
  await rm(course.path('steps/01-hello/index.ts'))
  await expect(requireRunnableStep('1', course.root)).rejects.toThrow(
    'steps/01-hello/index.ts is missing. To get the starter back: npm run reset 1',
  )
  await mkdir(course.path('steps/01-hello/index.ts'))
  await expect(requireRunnableStep('1', course.root)).rejects.toThrow('cannot be read (EISDIR)')
})

test('copies and other folders are not listed as steps', async () => {
  await course.write('steps/01-hello-copy/README.md', lesson(1, 'Copy', 'copies'))
  await course.write('steps/01-hello copy/index.ts', '')
  await course.write('steps/notes/index.ts', '')
  await course.write('steps/07-empty/index.ts', '')
  expect((await steps(course.root)).map(({ slug }) => slug)).toEqual(['01-hello', '02-world'])
})

test('a missing or damaged lesson is read from the starters', async () => {
  await rm(course.path('steps/01-hello/README.md'))
  await mkdir(course.path('steps/01-hello/README.md'))
  expect((await findStep('1', course.root)).lesson.hints).toHaveLength(3)
})

const onWindows = (page: string) => '\uFEFF' + page.replaceAll('\n', '\r\n')

test('a lesson with CRLF and a byte order mark reads the same', () => {
  const text = lesson(4, 'SIGTERM: shut down', 'prints `bye`')
  const windows = parseLesson(onWindows(text), onWindows(hints(4)))
  expect(windows).toEqual(parseLesson(text, hints(4)))
  expect(windows).toMatchObject({
    title: 'SIGTERM: shut down',
    goals: ['prints `bye`'],
    hints: [
      { title: 'Nudge', text: 'The nudge of step 4.' },
      { title: 'Concept', text: 'The concept of step 4.' },
      { title: 'Nearly code', text: 'The nearly code of step 4.' },
    ],
  })
})

test('headings in code blocks are ignored; goals may span lines', () => {
  expect(sectionsOf(lesson(1, 'T', 'g')).map(({ name }) => name)).toEqual([
    'See it fail',
    'The idea',
    'Goals',
    'Do',
    'See it work',
    'What you learned',
    'In production',
    'Common problems',
    'Read',
  ])
  const { goals } = parseLesson(
    '# Step 1 · T\n\n## Goals\n\n- one\n  goal\n- two\n\nNo goal.\n',
  )
  expect(goals).toEqual(['one goal', 'two'])
})

test('long lines of a hint are wrapped at spaces, code is not', () => {
  const code = '```ts\n' + 'x '.repeat(20) + '\n```'
  expect(wrapText(`- ${'word '.repeat(5).trim()}\n\n${code}`, 12)).toEqual([
    '- word word',
    '  word word',
    '  word',
    '',
    ...code.split('\n'),
  ])
  expect(wrapText('a'.repeat(30), 12)).toEqual(['a'.repeat(30)])
})
