import { describe, expect, test } from 'vitest'
import {
  anonymizer,
  formatRecording,
  parseRecording,
  withoutTimes,
} from '../../../workshop/guide/recording.ts'
import type { Recording } from '../../../workshop/guide/recorded.ts'
import { RespError } from '../../../workshop/proxy/index.ts'

const place = { at: 7, instance: 'web.1', connection: 1 }
const failure = { expected: 'a', received: 'b', likely: 'c', lookAt: 'd' }
const recording: Recording = {
  version: 1,
  programs: [
    {
      title: 'As it should be',
      program: 'solution',
      fingerprint: 'f',
      trace: {
        instances: ['web.1'],
        before: 1,
        events: [
          { kind: 'open', ...place },
          {
            kind: 'command',
            ...place,
            name: 'GET',
            args: ['k'],
            reply: new RespError('ERR no'),
          },
          { kind: 'line', instance: 'web.1', from: 'out', text: 'ready' },
          { kind: 'close', ...place, by: 'client' },
          { kind: 'exit', instance: 'web.1', code: 0, signal: null },
        ],
      },
    },
    {
      title: 'The starter',
      program: 'starter',
      fingerprint: 'g',
      failure,
      trace: { instances: ['web.1'], before: 0, events: [] },
    },
  ],
}
const text = formatRecording(recording)

test('what is written is read again, one event a line', () => {
  expect(parseRecording(text)).toEqual(recording)
  expect(text.split('\n').filter((line) => line.includes('"kind"'))).toHaveLength(5)
})

test('two recordings differ in times alone', () => {
  const later = text.replaceAll('"at":7', '"at":812').replace('"a"', '"within 15 ms"')
  expect(withoutTimes(later)).toBe(withoutTimes(text.replace('"a"', '"within 9 ms"')))
  expect(withoutTimes(text.replace('ready', 'steady'))).not.toBe(withoutTimes(text))
})

describe('a file is refused', () => {
  test.each([
    ['of another version', '"version":1', '"version":2', 'is not of version 1'],
    ['with a path', 'ready', '/home/ada/index.ts', 'holds /home/'],
    ['with a port', 'ready', 'at 127.0.0.1:40413', 'holds 127.0.0.1:40413'],
    ['with a process id', 'ready', 'pid 4711', 'holds pid 4711'],
    ['with a token', 'ready', 'eyJhbGciOiJIUzI1NiJ9', 'holds eyJ'],
    ['with a password', 'ready', 'redis://:swordfish@127.0.0.1', 'holds redis://:swordfish@'],
    ['with an unknown event', '"kind":"line"', '"kind":"lines"', 'an event that does not fit'],
    ['without what the check reports', '"likely":"c",', '', 'what the check reports'],
    ['that is too long', 'ready', 'r'.repeat(30_000), 'more than 30000'],
  ])('%s', (_, from, to, problem) => {
    expect(() => parseRecording(text.replace(from, to))).toThrow(problem)
  })
})

test('what belongs to one machine or one run gets another name, the same everywhere', () => {
  const clean = anonymizer([
    ['/tmp/steps/03/', ''],
    [':7123', ':6379'],
  ])
  const id = '1b4e28ba-2fa1-11d2-883f-0016d3cca427'
  const session = 'aXk3-9_dLmNoPqRsTuVwXyZ0123456789'
  expect(
    clean({
      at: 12,
      reply: new RespError(`no ${id}`),
      lines: [
        `/tmp/steps/03/index.ts:7`,
        'localhost:7123',
        '127.0.0.1:5555',
        'port 127.0.0.1:3000',
      ],
      args: [`sess:${session}`, id, `${session}.`, '1764435000123-0', 'pid 99'],
      name: 'outgoing_socket_message',
    }),
  ).toEqual({
    at: 12,
    reply: new RespError('no id-1'),
    lines: ['index.ts:7', 'localhost:6379', '127.0.0.1:6379', 'port 127.0.0.1:3000'],
    args: ['sess:id-2', 'id-1', 'id-2.', '1700000000000-0', 'pid 1'],
    name: 'outgoing_socket_message',
  })
})
