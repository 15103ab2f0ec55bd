import { describe, expect, test } from 'vitest'
import { judgeAlone } from '../../../workshop/check/check-runner.ts'
import { isConclusive } from '../../../workshop/check/facts.ts'

type Result = { passed: boolean } | undefined

// Judges goals again that were too busy, each with the verdict that it gets alone.
async function judgeAgain(results: Result[], alone: boolean[]): Promise<number[]> {
  const judged: number[] = []
  await judgeAlone(alone, results, async (passed, i) => {
    judged.push(i)
    results[i] = { passed }
  })
  return judged
}

describe('a goal that could not be judged beside the others', () => {
  test('is judged again, alone', async () => {
    const results: Result[] = [{ passed: true }, undefined, { passed: true }]
    expect(await judgeAgain(results, [true, true, true])).toEqual([1])
  })

  test('stays open when a goal before it has failed', async () => {
    const results: Result[] = [undefined, { passed: true }, undefined]
    expect(await judgeAgain(results, [false, true, true])).toEqual([0])
    expect(results[2]).toBeUndefined()
  })
})

describe('a fact about announcements', () => {
  const fact = {
    kind: 'announcement-count',
    app: 'web.1',
    channel: 'instances',
    event: 'started',
    expected: 4,
    workers: 4,
  } as const

  test('is certain on every machine when two of them have one name, or there are too many', () => {
    expect(isConclusive({ ...fact, instances: ['a', 'b', 'b', 'c'] })).toBe(true)
    expect(isConclusive({ ...fact, instances: ['a', 'b', 'c', 'd', 'e'] })).toBe(true)
  })

  test('is not when some are missing', () => {
    expect(isConclusive({ ...fact, instances: ['a', 'b', 'c'] })).toBe(false)
  })
})
