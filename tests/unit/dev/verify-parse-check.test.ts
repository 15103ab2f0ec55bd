import { expect, test } from 'vitest'
import { parseCheck } from '../../../workshop/dev/verify/parse-check.ts'

test('parseCheck reads the slug and the goals of a suite, with their escapes', () => {
  const source = String.raw`
    // goal('in a comment')
    defineCheck('04-sigterm', {}, (goal) => {
      goal('isn\'t', f); goal(
        "two \"words\"",
        f,
      ); goal(~prints \~hi\~ \u00e9~, f)
      other.goal('no'); mygoal('no')
    })`.replaceAll('~', '`')
  expect(parseCheck(source)).toEqual({
    slug: '04-sigterm',
    goals: ["isn't", 'two "words"', 'prints `hi` é'],
  })
})
