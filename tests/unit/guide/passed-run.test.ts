import { expect, test } from 'vitest'
import { passedRunOf } from '../../../workshop/guide/passed-run.ts'
import { type Told, seen } from './seen-apps.ts'

const subscribed: Told[] = [
  ['web.1', 1, 'open'],
  ['web.1', 2, 'open'],
  ['web.1', 2, 'SUBSCRIBE', 'news'],
]
const toOne: Told[] = [
  ...subscribed,
  ['web.1', 1, 'PUBLISH', 'news', 'hello'],
  ['web.1', 2, '<', 'news', 'hello'],
]
const toBoth: Told[] = [
  ['web.2', 1, 'open'],
  ['web.2', 1, 'SUBSCRIBE', 'news'],
  ...toOne,
  ['web.2', 1, '<', 'news', 'hello'],
]
const many = Array.from({ length: 200 }, (): Told => ['web.1', 1, 'SET', 'count', '1'])
const huge: Told = ['web.1', 1, 'SET', 'count', 'x'.repeat(40_000)]

function shown(goals: Record<string, readonly Told[]>): string | undefined {
  const names = Object.keys(goals)
  return passedRunOf(names, new Map(names.map((name) => [name, seen(goals[name] ?? [])])))?.goal
}

test('the goal is shown in which messages reached the most instances, the first of several', () => {
  expect(shown({ subscribed, toOne, toBoth, again: toBoth })).toBe('toBoth')
  expect(shown({ subscribed, toOne })).toBe('toOne')
  // What the check published itself is no message of an instance.
  expect(shown({ subscribed, foreign: [...subscribed, ['web.1', 2, '<', 'news', 'x']] })).toBe(
    'subscribed',
  )
})

test('a run that is too long, or has nothing to show, is not sent', () => {
  expect(shown({ many: [...toBoth, ...many], huge: [...toBoth, huge], toOne })).toBe('toOne')
  expect(shown({ many: [...toBoth, ...many], huge: [...toBoth, huge] })).toBeUndefined()
  expect(shown({ silent: [['web.1', 1, 'print', 'hello']] })).toBeUndefined()
  expect(passedRunOf(['unseen'], new Map())).toBeUndefined()
})

test('the trace is made of what was seen of that goal', () => {
  const run = passedRunOf(['a'], new Map([['a', seen(toOne)]]))
  expect(JSON.parse(run?.trace ?? '')).toMatchObject({ instances: ['web.1', 'web.2'] })
  expect(run?.trace).toContain('"name":"PUBLISH","args":["news","hello"],"reply":2')
})
