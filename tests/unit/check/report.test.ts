import { expect, test } from 'vitest'
import type {
  Failure,
  GoalResult,
  NotTestedReason,
} from '../../../workshop/check/check-result.ts'
import { failureLines, untestedReason } from '../../../workshop/check/report.ts'

const words = 'what was expected of the program, and what it did instead, in many words, '

// Every part is longer than a screen.
const longest: Failure = {
  goal: 'a goal',
  diagnosis: undefined,
  expected: words.repeat(9),
  received: words.repeat(9),
  likely: words.repeat(9),
  lookAt: words.repeat(9),
  typeError: { file: 'history.ts', line: 39, column: 25, message: words.repeat(9) },
  wire: Array.from({ length: 9 }, () => words.repeat(9)),
  output: Array.from({ length: 9 }, () => `web.1 | ${words.repeat(9)}`),
  fact: { kind: 'exit-missing', app: 'web.1', withinMs: 1, when: 'after SIGTERM' },
} as unknown as Failure

test('a failure that is longer than a screen keeps its message and the printed lines', () => {
  const text = failureLines(longest).join('\n')
  for (const title of ['Expected', 'Received', 'Likely', 'Look at', 'What it printed:'])
    expect(text).toContain(title)
  expect(text).not.toContain('The wire:')
})

// A reason stands for a goal that was not tested for it.
function goalThat(state: 'passed' | 'not yet' | NotTestedReason['kind']): GoalResult {
  const goal = { goal: 'a goal', passed: state === 'passed', ms: 0 }
  return state === 'passed' || state === 'not yet'
    ? { ...goal, state }
    : { ...goal, state: 'not tested', notTested: { kind: state, goal: 'a goal' } }
}

test.each([
  [['passed', 'not yet'], undefined],
  [['not yet', 'same-cause'], 'the same mistake stops it.'],
  [['passed', 'not yet', 'same-cause', 'same-cause'], 'the same mistake stops them.'],
  [
    ['not yet', 'check-ended', 'passed'],
    'after the first failed goal the check did not wait for it.',
  ],
  [
    ['not yet', 'check-ended', 'check-ended'],
    'after the first failed goal the check did not wait for them.',
  ],
  [
    ['not yet', 'same-cause', 'check-ended', 'not yet', 'check-ended'],
    'the same mistake stops one of them, and after the first failed goal the check did not wait for the rest.',
  ],
  [
    ['not yet', 'not-reached', 'passed', 'not-reached'],
    'a login or a connection failed at the beginning of them.',
  ],
] as const)('the reason for goals that were not tested: %j', (states, reason) => {
  expect(untestedReason(states.map(goalThat))).toBe(reason && `Not tested: ${reason}`)
})

test('a line of the wire takes two lines at most, also when its last word is long', () => {
  const start = `+7846 ms  web.1  conn 3  <- message user:user-1 '{"id":"user-1",`
  const { typeError: _, ...others } = longest
  const long = { ...others, output: [], wire: [start.padEnd(152, 'x')] }
  const lines = failureLines({ ...long, expected: '', received: '', likely: '', lookAt: '' })
  const from = lines.findIndex((line) => line.includes('The wire:'))
  expect(lines.slice(from + 1).map((line) => line.length)).toEqual([66, 80])
  expect(lines.at(-1)).toMatch(/x…$/)
})

test('a line of the wire is broken between two fields, and the gap in front of a reply is closed', () => {
  const { typeError: _, ...others } = longest
  const wire = [
    '+0 ms  conn 3  SET sess:q3MfZfywjU0vkSevs6BXI439wE4EpujH {"cookie":{"originalMaxAge":1}}',
    `+9 ms  conn 2  SUBSCRIBE instances${' '.repeat(60)}-> ok`,
    '+9 ms  conn 1  PUBLISH instances {"instance":"web.1","event":"started"}   -> 0 receivers',
  ]
  const message = { expected: '', received: '', likely: '', lookAt: '' }
  const lines = failureLines({ ...others, ...message, output: [], wire })
  expect(lines.slice(lines.findIndex((line) => line.includes('The wire:')) + 1)).toEqual([
    '  +0 ms  conn 3  SET sess:q3MfZfywjU0vkSevs6BXI439wE4EpujH {"cookie":',
    '      {"originalMaxAge":1}}',
    '  +9 ms  conn 2  SUBSCRIBE instances   -> ok',
    '  +9 ms  conn 1  PUBLISH instances {"instance":"web.1","event":"started"}',
    '      -> 0 receivers',
  ])
})
