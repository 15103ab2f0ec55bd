import { rm } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { run as diff } from '../../../workshop/commands/diff.ts'
import { runCommand, tinyCourse } from './course-fixture.ts'

test('diff prints a warning and the changes from the learner to the solution', async () => {
  const course = await tinyCourse()
  await course.write('steps/01-hello/notes.md', 'mine')
  const { code, output } = await runCommand(diff, '1', course.root)
  expect(code).toBe(0)
  expect(output.split('\n')).toEqual([
    'This shows the answer: from your files (-) to the solution (+).',
    '',
    '--- steps/01-hello/index.ts',
    '+++ solutions/01-hello/index.ts',
    '@@ -1,2 +1,2 @@',
    '-// TODO(1): print it',
    '-export {}',
    '+// Prints it.',
    "+console.log('it')",
    '',
    'notes.md is yours; the solution does without it.',
  ])
  await course.write('steps/01-hello/index.ts', "// Prints it.\r\nconsole.log('it')\r\n")
  expect((await runCommand(diff, '', course.root)).output).toContain(
    'are the same as the solution',
  )
  await rm(course.path('steps/01-hello/index.ts'))
  expect((await runCommand(diff, '1', course.root)).output).toContain('index.ts (missing)')
  await course.remove()
})
