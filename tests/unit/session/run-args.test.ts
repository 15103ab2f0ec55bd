import { expect, test } from 'vitest'
import { UserError } from '../../../workshop/errors.ts'
import { parseRunArgs } from '../../../workshop/session/run-args.ts'

test.each([
  [[], { step: undefined, instances: 1, workers: undefined, wire: false, debug: false }],
  [['4'], { step: '4', instances: 1, workers: undefined, wire: false, debug: false }],
  [['4', '3'], { step: '4', instances: 3, workers: undefined, wire: false, debug: false }],
  [['4', 'wire'], { step: '4', instances: 1, workers: undefined, wire: true, debug: false }],
  [
    ['sigterm', '9', 'wire'],
    { step: 'sigterm', instances: 9, workers: undefined, wire: true, debug: false },
  ],
  [['6', '2', '3', 'wire'], { step: '6', instances: 2, workers: 3, wire: true, debug: false }],
  [
    ['3', 'debug', 'wire'],
    { step: '3', instances: 1, workers: undefined, wire: true, debug: true },
  ],
  [
    ['3', '2', 'class'],
    {
      step: '3',
      instances: 2,
      workers: undefined,
      wire: false,
      debug: false,
      inClass: true,
    },
  ],
])('%j is parsed', (words, args) => {
  expect(parseRunArgs('step', words)).toEqual({ inClass: false, ...args })
})

test.each([
  ['4', '0'],
  ['4', '10'],
  ['4', 'wire', '2'],
  ['4', '-1'],
  ['4', '2', '2', '2'],
  ['4', 'wires'],
  ['4', 'debug', 'debug'],
])('%s %s %s is refused in one line', (...words) => {
  const refused = () => parseRunArgs('step', words)
  expect(refused).toThrow(UserError)
  expect(refused).toThrow(/^"[^"]+" is not understood[^\n]*numbers from 1 to 9$/)
})
