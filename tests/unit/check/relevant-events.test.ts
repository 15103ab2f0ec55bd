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

test('of a token that no command has carried, the wire shows nothing', () => {
  const opened = { kind: 'open', connection: 1, seq: 1, at: 0, instance: 'web.1' }
  const app = { ...appThat('web.1', []), wire: [opened] }
  const events = (kind: string) =>
    relevantEvents({ apps: [app], app, fact: { kind } } as unknown as Evidence)
  expect(events('token-accepted')).toEqual([])
  expect(events('store-missing')).toEqual([opened])
})

test('when the check has killed an app, the ends of its connections are not shown', () => {
  const opened = { kind: 'open', connection: 1, seq: 1, at: 0, instance: 'web.1' }
  const closed = {
    kind: 'close',
    by: 'client',
    connection: 1,
    seq: 2,
    at: 5,
    instance: 'web.1',
  }
  const events = (signalled: string) => {
    const app = { ...appThat('web.1', []), wire: [opened, closed], signalled }
    const evidence = { apps: [app], app, fact: { kind: 'store-missing' } }
    return relevantEvents(evidence as unknown as Evidence)
  }
  expect(events('SIGKILL')).toEqual([opened])
  expect(events('SIGTERM')).toEqual([opened, closed])
})
