import { expect, test } from 'vitest'
import type { AppEvidence, Evidence } from '../../../workshop/check/evidence.ts'
import { relevantEvents, relevantOutput } from '../../../workshop/check/relevant-events.ts'

function appThat(name: string, prints: [seq: number, text: string][]): AppEvidence {
  const lines = prints.map(([seq, text]) => ({ seq, text, stream: 'stdout', at: 0 }))
  return { name, lines, wire: [] } as unknown as AppEvidence
}

test('without an app at fault, the lines of the app that printed last come last', () => {
  const apps = [
    appThat('worker.1', [
      [3, 'worker.1 started'],
      [9, 'ignored, not a job'],
    ]),
    appThat('web.1', [[2, 'web.1 started']]),
  ]
  expect(
    relevantOutput({ apps, app: undefined, fact: {} } as unknown as Evidence, '/'),
  ).toEqual([
    'web.1 | web.1 started',
    'worker.1 | worker.1 started',
    'worker.1 | ignored, not a job',
  ])
})

test('a stack that a program printed is one frame, in its place', () => {
  const app = appThat('web.2', [
    [1, 'TypeError: Invalid URL'],
    [2, '    at new URL (node:internal/url:797:36)'],
    [3, '    at parse (/app/redis-url.ts:29:17)'],
    [4, "  code: 'ERR_INVALID_URL',"],
    [5, '}'],
    [6, 'REDIS_URL is malformed'],
  ])
  const evidence = { apps: [app], app, fact: {} } as unknown as Evidence
  expect(relevantOutput(evidence, '/app')).toEqual([
    'web.2 | TypeError: Invalid URL',
    'web.2 |     at redis-url.ts:29:17 …',
    'web.2 | REDIS_URL is malformed',
  ])
})

test('of a process that V8 has ended the reason is shown, without the frames of V8', () => {
  const app = appThat('web.1', [
    [1, 'web.1 started'],
    [2, '#'],
    [3, '# Fatal error in , line 0'],
    [4, '# Fatal JavaScript invalid size error 169220804 (see crbug.com/1201626)'],
    [5, '#FailureMessage Object: 0x7ffd3bff5f10'],
    [6, '----- Native stack trace -----'],
    [7, ' 1: 0xd3f8a6  [/usr/bin/node]'],
    [8, ' 2: 0x21fad31 V8_Fatal(char const*, ...) [/usr/bin/node]'],
  ])
  const evidence = { apps: [app], app, fact: {} } as unknown as Evidence
  expect(relevantOutput(evidence, '/app')).toEqual([
    'web.1 | web.1 started',
    'web.1 | # Fatal error in , line 0',
    'web.1 | # Fatal JavaScript invalid size error 169220804 (see crbug.com/1201626)',
  ])
})

test('of another app the lines that name a channel of the failure are shown', () => {
  const app = appThat('web.1', [[1, 'web.1 started']])
  const worker = appThat('worker.1', [
    [2, 'ignored, not a job: JOB:a:b:primes'],
    [3, 'ignored, not a job: JOB:[ab]:primes'],
  ])
  const subscribe = {
    kind: 'command',
    name: 'PSUBSCRIBE',
    args: ['JOB:*'],
    instance: 'worker.1',
  }
  const apps = [app, { ...worker, wire: [subscribe] }]
  const evidence = { apps, app, fact: { channels: ['JOB:a:b:primes'] } }
  expect(relevantOutput(evidence as unknown as Evidence, '/')).toEqual([
    'web.1 | web.1 started',
    'worker.1 | ignored, not a job: JOB:a:b:primes',
  ])
})

test('what an app printed before the part of the goal that failed is not shown', () => {
  const app = appThat('web.1', [
    [1, 'Redis refuses to store anything'],
    [5, 'Redis stores again'],
  ])
  const evidence = { apps: [app], app, fact: {}, partSeq: 3 } as unknown as Evidence
  expect(relevantOutput(evidence, '/')).toEqual(['web.1 | Redis stores again'])
})

const opened = { kind: 'open', connection: 1, seq: 1, at: 0, instance: 'web.1' }

/** The events of an app that are shown. */
function eventsOf(kind: string, wire: readonly object[], signalled?: string) {
  const app = { ...appThat('web.1', []), wire, signalled }
  return relevantEvents({ apps: [app], app, fact: { kind } } as unknown as Evidence)
}

test('of a token that no command has carried, the wire shows nothing', () => {
  expect(eventsOf('token-accepted', [opened])).toEqual([])
  expect(eventsOf('store-missing', [opened])).toEqual([opened])
})

test('when the check has killed an app, the ends that this made are not shown', () => {
  const closed = { ...opened, kind: 'close', by: 'client' }
  const wire = [opened, { ...closed, seq: 2 }, { ...opened, seq: 3, connection: 2 }]
  const all = [...wire, { ...closed, seq: 4, connection: 2 }]
  expect(eventsOf('store-missing', all, 'SIGKILL')).toEqual(wire)
  expect(eventsOf('store-missing', all, 'SIGTERM')).toEqual(all)
})
