import { describe, expect, test } from 'vitest'
import { judgeAlone, withUntested } from '../../../workshop/check/check-runner.ts'
import type { GoalResult } from '../../../workshop/check/check-result.ts'
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

test('a goal that failed at a login or a connection was not tested when one before it had failed', () => {
  const names = ['a token', 'a history', 'a message', 'a shutdown']
  const refused = { kind: 'socket-refused', message: 'expired' }
  const facts = [{ kind: 'token-wrong' }, refused, { kind: 'ack-missing' }, undefined]
  const results = names.map((goal, i) => {
    const failure = facts[i] && { fact: facts[i], diagnosis: `the cause of ${goal}` }
    return { goal, state: failure ? 'not yet' : 'passed', failure } as unknown as GoalResult
  })
  const goals = names.map((name) => ({ name }))
  const states = (some: readonly GoalResult[]) =>
    withUntested(goals, some).map(({ state, notTested }) => notTested?.kind ?? state)
  expect(states(results)).toEqual(['not yet', 'not-reached', 'not yet', 'passed'])
  const [, second, ...others] = results
  const first = { goal: 'a token', state: 'passed', passed: true, ms: 0 } as const
  if (second) expect(states([first, second, ...others])[1]).toBe('not yet')
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
