import { expect, test } from 'vitest'
import { spokenOf } from '../../../workshop/guide/client/spoken-of.ts'
import type { WireItem } from '../../../workshop/guide/protocol.ts'

const failure = {
  goal: '',
  expected: '',
  received: '',
  likely: '',
  lookAt: '',
  output: [],
  wire: [
    '+0 ms   web.1  conn 1  HELLO 3 SETNAME x                            -> ok',
    '+1 ms   web.1  conn 1  PUBLISH instances {"instance":"web.1","eve…   -> 0 receivers',
    '+2 ms   web.1  conn 1  PUBLISH JOB:ada%3A1:primes {"id":"1"}   -> 2 receivers',
    '+3 ms   web.1  conn 2  <- pmessage JOB:* JOB:ada%3A1:primes {"id":"1"}',
    '+4 ms   web.1  conn 3  GET sess:abc   -> nil',
    '+5 ms   web.1  conn 3  closed (by the program)',
  ],
}

test.each([
  ['PUBLISH instances {}', '0 receivers', true],
  ['PUBLISH instances {}', '1 receiver', false],
  ['PUBLISH news {}', '0 receivers', false],
  ['PUBLISH JOB:grace:primes {}', '1 receiver', true],
  ['PUBLISH JOB:grace:primes {}', '0 receivers', false],
  ['<- pmessage JOB:* JOB:grace:primes {}', '', true],
  ['<- message JOB:* JOB:grace:primes {}', '', false],
  ['GET sess:def', 'nil', true],
  ['GET sess:def', '{"cookie":{}}', false],
  ['HELLO 3 SETNAME x', 'ok', false],
  ['closed (by the program)', '', false],
])('a check that has failed speaks of %j, %j: %s', (text, result, speaks) => {
  expect(spokenOf(failure)(item(text, result))).toBe(speaks)
})

test('of no line when nothing has failed', () => {
  expect(spokenOf(undefined)(item('PUBLISH instances {}', '0 receivers'))).toBe(false)
})

function item(text: string, result: string): WireItem {
  return {
    seq: 1,
    at: 0,
    instance: 'web.1',
    connection: 1,
    kind: text.startsWith('<-') ? 'push' : 'command',
    name: '',
    channel: undefined,
    pattern: undefined,
    text,
    result,
    receivers: undefined,
  }
}
