import { expect, test } from 'vitest'
import { parseCheck } from '../../../workshop/dev/verify/parse-check.ts'

test('the names in a gate are read as JavaScript reads them', () => {
  const source = String.raw`
    // goal('in a comment')
    defineCheck('04-sigterm', {}, (goal) => {
      goal('isn\'t', f); goal(
        "two \"words\"",
        f,
      ); goal(~says \~hi\~ \u00e9~, f)
      other.goal('no'); mygoal('no')
    })`.replaceAll('~', '`')
  expect(parseCheck(source)).toEqual({
    slug: '04-sigterm',
    goals: ["isn't", 'two "words"', 'says `hi` é'],
  })
})
