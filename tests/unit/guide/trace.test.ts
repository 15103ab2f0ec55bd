import { expect, test } from 'vitest'
import { captionOf } from '../../../workshop/guide/client/captions.ts'
import { traceOf } from '../../../workshop/guide/trace-of.ts'
import { type TraceEvent, detailsIn, framesOf } from '../../../workshop/guide/trace.ts'
import { type Told, seen } from './seen-apps.ts'

const started = [
  ['web.1', 1, 'open'],
  ['web.1', 2, 'open'],
  ['web.1', 2, 'SUBSCRIBE', 'news'],
  ['web.2', 1, 'open'],
  ['web.2', 1, 'SUBSCRIBE', 'news'],
] satisfies Told[]
const told = [
  ['web.1', 1, 'PUBLISH', 'news', 'hello'],
  ['web.2', 1, '<', 'news', 'hello'],
  ['web.2', 1, 'print', 'received hello'],
  ['web.1', 2, '<', 'news', 'hello'],
  ['web.1', 2, 'print', 'received hello'],
  ['web.1', 1, 'exit'],
] satisfies Told[]

const shortly = (events: readonly TraceEvent[]) =>
  events.map((event) => `${event.instance} ${'name' in event ? event.name : event.kind}`)

test('what is seen in another order, by chance, is the same trace', () => {
  const expected = [
    'web.1 open',
    'web.1 open',
    'web.1 SUBSCRIBE',
    'web.2 open',
    'web.2 SUBSCRIBE',
    'web.1 PUBLISH',
    'web.1 message',
    'web.1 line',
    'web.2 message',
    'web.2 line',
    'web.1 exit',
  ]
  const [publish, push2, print2, push1, print1, exit] = told
  const [open1, open2, subscribe1, open3, subscribe2] = started
  for (const order of [
    [...started, ...told],
    [...started, publish, push1, push2, print1, exit, print2],
    [open3, open1, subscribe2, open2, subscribe1, ...told],
  ]) {
    const known = order.filter((one) => one !== undefined)
    expect(shortly(traceOf(seen(known)).events)).toEqual(expected)
  }
})

test('what a check publishes itself, and the chatter of libraries, are left out', () => {
  const order: Told[] = [
    ...started,
    ['web.1', 1, 'CLIENT', 'SETINFO'],
    ['web.1', 2, '<', 'news', 'of the check'],
  ]
  expect(shortly(traceOf(seen(order)).events)).not.toContain('web.1 message')
  expect(shortly(traceOf(seen(order)).events)).not.toContain('web.1 CLIENT')
})

test('what was before it begins is kept as far as it is still so', () => {
  const gone: Told[] = [
    ['web.2', 9, 'open'],
    ['web.2', 9, 'GET', 'x'],
    ['web.2', 9, 'close'],
  ]
  const order = [...gone, ...started, ...told]
  const trace = traceOf(seen(order), { since: gone.length + started.length })
  const { before, events } = trace
  expect(before).toBe(started.length)
  expect(events.map((event) => ('connection' in event ? event.connection : 0))).toEqual(
    // Connection 1 of web.1 publishes first.
    [1, 2, 2, 1, 1, 1, 2, 0, 1, 0, 0],
  )
  expect(framesOf(trace)[0]?.topology.channels).toMatchObject([
    { name: 'news', subscribers: ['web.1 2', 'web.2 1'] },
  ])
})

test('a frame is a command with what follows from it', () => {
  const trace = traceOf(seen([...started, ...told]))
  const frames = framesOf(trace)
  expect(frames.map(captionOf)).toEqual([
    'Nothing has been sent to Redis yet.',
    'web.1 sent SUBSCRIBE. Redis replied: ok.',
    'web.2 sent SUBSCRIBE. Redis replied: ok.',
    'web.1 published “hello”. 2 subscribers received it in 3 ms.',
    'web.1 has ended: exit code 0.',
  ])
  expect(frames.map(({ lines }) => lines.length)).toEqual([0, 0, 0, 2, 2])
  expect(frames.map(({ instances }) => instances.map(({ state }) => state).join(' '))).toEqual([
    'ended ended',
    'running ended',
    'running running',
    'running running',
    'ended running',
  ])
  expect(detailsIn(trace, 5)?.cli).toBe('redis-cli PUBLISH news hello')
})
