import { expect, test } from 'vitest'
import { checkRecordings, quotes } from '../../../workshop/dev/verify/recordings.ts'
import { readCourse } from '../../../workshop/dev/verify/read-course.ts'
import { root } from '../../../workshop/paths.ts'

const slug = '03-publish-subscribe'

test('a recording fits the solution, the starter and the wrong programs that are there', async () => {
  const course = { ...(await readCourse(root)), slugs: [slug] }
  expect(await checkRecordings(course, root)).toEqual([])
  const { 'index.ts': text = '', ...rest } = course.solutionFiles[slug] ?? {}
  const solutionFiles = { [slug]: { ...rest, 'index.ts': `${text}\n` } }
  const again = 'any more: npm run record 3'
  // The other wrong programs replace the whole file.
  expect(await checkRecordings({ ...course, solutionFiles }, root)).toEqual([
    `the recording of ${slug} does not fit the program "As it should be" ${again}`,
    `the recording of ${slug} does not fit the program "Subscribes to another channel" ${again}`,
  ])
  const starterFiles = { [slug]: { 'index.ts': '' } }
  expect(await checkRecordings({ ...course, starterFiles }, root)).toEqual([
    `the recording of ${slug} does not fit the program "The starter" ${again}`,
  ])
})

test('a step without a recording is named', async () => {
  const course = { ...(await readCourse(root)), slugs: ['99-visits'] }
  expect(await checkRecordings(course, root)).toEqual([
    'the recording of 99-visits is missing: npm run record 99',
  ])
})

test('a recording quotes the diagnosis as it is now, where its words are fixed', () => {
  const failure = {
    expected: '',
    received: '',
    likely: 'You publish too early',
    lookAt: 'index.ts',
  }
  const diagnosis = { id: 's3-early', lookAt: 'index.ts', requires: () => true }
  expect(quotes(failure, { ...diagnosis, likely: 'You publish too early' })).toBe(true)
  expect(quotes(failure, { ...diagnosis, likely: 'You publish before Redis' })).toBe(false)
  expect(
    quotes(failure, { ...diagnosis, likely: 'You publish too early', lookAt: 'TODO(1)' }),
  ).toBe(false)
  expect(quotes(failure, { ...diagnosis, likely: () => 'made of the evidence' })).toBe(true)
})
