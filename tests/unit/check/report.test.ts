import { expect, test } from 'vitest'
import type { Failure } from '../../../workshop/check/check-result.ts'
import { failureLines } from '../../../workshop/check/report.ts'

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
