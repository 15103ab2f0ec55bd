import { expect, test } from 'vitest'
import type { CourseFiles, FileMap } from '../../../workshop/dev/verify/read-course.ts'
import { checkPrograms } from '../../../workshop/dev/verify/programs.ts'
import { courseOf, end, start } from './verify-fixture.ts'

// A course whose second step has these files.
function step(starter: FileMap, solution: FileMap): CourseFiles {
  return courseOf({
    starterFiles: { '01-a': { 'index.ts': start, 'given.ts': '// 1\n' }, '02-b': starter },
    solutionFiles: { '01-a': { 'index.ts': end, 'given.ts': '// 1\n' }, '02-b': solution },
  })
}

test('a consistent course has no problems', () => {
  expect(checkPrograms(courseOf({}))).toEqual([])
})

test.each<[string, FileMap, FileMap, string]>([
  [
    'a file that only the solution has',
    { 'index.ts': start },
    { 'index.ts': end, 'more.ts': '// M\n' },
    'steps/02-b/more.ts is missing: the solution has it',
  ],
  [
    'a file that only the starter has',
    { 'index.ts': start, 'more.ts': '// M\n' },
    { 'index.ts': end },
    'solutions/02-b/more.ts is missing: the starter has it',
  ],
  [
    'a to-do left',
    { 'index.ts': start },
    { 'index.ts': `${end}// TODO(1)` },
    'index.ts: a TODO(n) is left',
  ],
  [
    'a gap in the to-dos',
    { 'index.ts': '// TODO(1) TODO(3)' },
    { 'index.ts': end },
    'found: 1, 3',
  ],
  ['no to-do', { 'index.ts': end }, { 'index.ts': end }, 'found: none'],
  [
    'six to-dos',
    { 'index.ts': '// TODO(1) TODO(2) TODO(3) TODO(4) TODO(5) TODO(6)' },
    { 'index.ts': end },
    'found: 1, 2, 3, 4, 5, 6',
  ],
  [
    'a difference without a to-do',
    { 'index.ts': start, 'more.ts': '// A\n' },
    { 'index.ts': end, 'more.ts': '// B\n' },
    'steps/02-b/more.ts: differs from the solution, but no TODO(n) describes how',
  ],
  [
    'a long file',
    { 'index.ts': start },
    { 'index.ts': end + '\n'.repeat(119) },
    'index.ts: 121 lines; 120 are the most',
  ],
  [
    'no comment',
    { 'index.ts': start },
    { 'index.ts': 'x\n' },
    'index.ts: opens without a comment',
  ],
  [
    'a long comment',
    { 'index.ts': start },
    { 'index.ts': '//\n'.repeat(6) },
    'index.ts: opens with 6 lines of comment',
  ],
  [
    'a carried file that differs',
    { 'index.ts': start, 'given.ts': '// 2\n' },
    { 'index.ts': end, 'given.ts': '// 2\n' },
    'solutions/02-b/given.ts: carried forward, but differs from solutions/01-a/given.ts',
  ],
])('%s is a problem', (_, starter, solution, line) => {
  expect(checkPrograms(step(starter, solution))).toEqual([expect.stringContaining(line)])
})

test('a file that the lesson asks to read may change', () => {
  const course = step(
    { 'index.ts': start, 'given.ts': '// 2\n' },
    { 'index.ts': end, 'given.ts': '// 2\n' },
  )
  const lessons = { '02-b': '| `given.ts` | read | what it does |\n' }
  expect(checkPrograms({ ...course, lessons })).toEqual([])
})

test('a file the learner works on again may change', () => {
  const starter = { 'index.ts': start, 'given.ts': '// TODO(2)\n' }
  expect(checkPrograms(step(starter, { 'index.ts': end, 'given.ts': '// 2\n' }))).toEqual([])
})

test('a solution of more than 250 lines is a problem', () => {
  const long = `// L\n${'x\n'.repeat(99)}`
  const files = { 'a.ts': long, 'b.ts': long, 'c.ts': long }
  const todo = { 'a.ts': start, 'b.ts': start, 'c.ts': start }
  const lines = checkPrograms(
    step({ ...todo, 'index.ts': start }, { ...files, 'index.ts': end }),
  )
  expect(lines).toEqual(['solutions/02-b: 302 lines to work on; 250 are the most'])
})
