import { describe, expect, test } from 'vitest'
import { RespError } from '../../../workshop/proxy/index.ts'
import { runSession } from './run-session.ts'

describe.each(['RESP2', 'RESP3'])('%s', (protocol) => {
  const hello = protocol === 'RESP3' ? ['HELLO 3'] : ['HELLO 2']
  const pong = (text: string) => (protocol === 'RESP3' ? text : ['pong', text])

  test('SUBSCRIBE and related commands have one reply for all their channels', async () => {
    const lines = [
      'SUBSCRIBE a b',
      'PSUBSCRIBE c*',
      'SSUBSCRIBE s',
      'PING x',
      'UNSUBSCRIBE',
      'UNSUBSCRIBE',
      'PUNSUBSCRIBE c* d',
      'SUNSUBSCRIBE',
      'GET k',
    ]
    const recorded = await runSession({ lines: [...hello, ...lines] })
    expect(recorded.replies.slice(1)).toEqual([
      ['SUBSCRIBE a b', ['subscribe', 'b', 2]],
      ['PSUBSCRIBE c*', ['psubscribe', 'c*', 3]],
      ['SSUBSCRIBE s', ['ssubscribe', 's', 1]],
      ['PING x', pong('x')],
      ['UNSUBSCRIBE', ['unsubscribe', expect.stringMatching(/a|b/), 1]],
      ['UNSUBSCRIBE', ['unsubscribe', null, 1]],
      ['PUNSUBSCRIBE c* d', ['punsubscribe', 'd', 0]],
      ['SUNSUBSCRIBE', ['sunsubscribe', 's', 0]],
      ['GET k', null],
      ['PING fence', 'fence'],
    ])
    expect(recorded.pushes).toEqual([])
  })

  test('messages between replies are pushes', async () => {
    const byOther = [
      ['PUBLISH', 'a', 'one'],
      ['PUBLISH', 'cc', 'two'],
      ['SPUBLISH', 's', 'three'],
      ['PUBLISH', 'a', 'four'],
    ]
    const lines = ['SUBSCRIBE a', 'PSUBSCRIBE c*', 'SSUBSCRIBE s']
    const recorded = await runSession({ lines: [...hello, ...lines], byOther, oneByOne: true })
    expect(recorded.pushes).toEqual([
      ['message', 'a', 'one'],
      ['pmessage', 'c*', 'cc', 'two'],
      ['smessage', 's', 'three'],
      ['message', 'a', 'four'],
    ])
    expect(recorded.replies.at(-1)).toEqual(['PING fence', pong('fence')])
  })

  test('errors are replies, also to SUBSCRIBE', async () => {
    const recorded = await runSession({
      lines: [...hello, 'SUBSCRIBE', 'NOSUCH', 'GET', 'SUBSCRIBE a'],
    })
    expect(recorded.replies.slice(1, 4).map(([, reply]) => reply instanceof RespError)).toEqual(
      [true, true, true],
    )
    expect(recorded.replies[4]?.[1]).toEqual(['subscribe', 'a', 1])
  })

  test('each command of a transaction gets its reply from EXEC', async () => {
    const lines = [
      'MULTI',
      'PUBLISH a b',
      'SUBSCRIBE a',
      'NOSUCH',
      'DISCARD',
      'MULTI',
      'PUBLISH a b',
      'SET n x',
      'INCR n',
      'SUBSCRIBE a',
      'EXEC',
    ]
    const recorded = await runSession({ lines: [...hello, ...lines] })
    expect(recorded.replies.slice(1)).toEqual([
      ['MULTI', 'OK'],
      ['PUBLISH a b', 'QUEUED'],
      ['SUBSCRIBE a', 'QUEUED'],
      ['NOSUCH', expect.any(RespError)],
      ['DISCARD', 'OK'],
      ['MULTI', 'OK'],
      ['PUBLISH a b', 0],
      ['SET n x', 'OK'],
      ['INCR n', expect.any(RespError)],
      ['SUBSCRIBE a', ['subscribe', 'a', 1]],
      ['EXEC', [0, 'OK', expect.any(RespError), ['subscribe', 'a', 1]]],
      ['PING fence', pong('fence')],
    ])
  })

  test.each([
    ['EXEC', 0],
    ['DISCARD', 'QUEUED'],
    ['RESET', 'QUEUED'],
  ])('a queued command is complete with %s', async (end, reply) => {
    const lines = ['MULTI', 'PUBLISH a b', end]
    const { completed } = await runSession({ lines: [...hello, ...lines] })
    const order = completed.map(([line]) => line)
    expect(order.filter((line) => line === 'PUBLISH a b')).toHaveLength(1)
    expect(completed).toContainEqual(['PUBLISH a b', reply])
    expect(order.indexOf('PUBLISH a b')).toBeGreaterThan(order.indexOf('MULTI'))
    expect(order.indexOf('PUBLISH a b')).toBeLessThan(order.indexOf(end))
  })

  test('RESET goes back to RESP2 and ends the subscriptions', async () => {
    const lines = ['SUBSCRIBE a', 'RESET', 'LRANGE l 0 -1', 'SUBSCRIBE b', 'PING x']
    const recorded = await runSession({ lines: [...hello, 'RPUSH l message a b', ...lines] })
    expect(recorded.replies.slice(3)).toEqual([
      ['RESET', 'RESET'],
      ['LRANGE l 0 -1', ['message', 'a', 'b']],
      ['SUBSCRIBE b', ['subscribe', 'b', 1]],
      ['PING x', ['pong', 'x']],
      ['PING fence', ['pong', 'fence']],
    ])
  })

  test('the lines of MONITOR are pushes', async () => {
    const recorded = await runSession({
      lines: [...hello, 'MONITOR'],
      byOther: [['SET', 'a', 'b']],
      oneByOne: true,
    })
    expect(recorded.replies.slice(1)).toEqual([
      ['MONITOR', 'OK'],
      ['PING fence', 'fence'],
    ])
    expect(recorded.pushes.map(([name]) => name)).toEqual(['monitor', 'monitor'])
    expect(recorded.pushes[0]?.[1]).toMatch(/"SET" "a" "b"$/)
  })

  test('commands without a reply after CLIENT REPLY OFF and SKIP are not matched', async () => {
    const lines = [
      'SET a 1',
      'CLIENT REPLY SKIP',
      'SET a 2',
      'GET a',
      'CLIENT REPLY OFF',
      'SET a 3',
      'GET a',
      'CLIENT REPLY SKIP',
      'CLIENT REPLY ON',
      'client reply skip',
      'GET a',
      'GET a',
    ]
    const recorded = await runSession({ lines: [...hello, ...lines] })
    expect(recorded.replies.slice(1).map(([, reply]) => reply)).toEqual([
      'OK',
      undefined,
      undefined,
      '2',
      undefined,
      undefined,
      undefined,
      undefined,
      'OK',
      undefined,
      undefined,
      '3',
      'fence',
    ])
  })

  test('commands after a blocking command get their replies after it', async () => {
    const byOther = [['RPUSH', 'l', 'x']]
    const recorded = await runSession({ lines: [...hello, 'BLPOP l 0', 'GET a'], byOther })
    expect(recorded.replies.slice(1)).toEqual([
      ['BLPOP l 0', ['l', 'x']],
      ['GET a', null],
      ['PING fence', 'fence'],
    ])
  })

  test('lists that look like messages or confirmations are still replies', async () => {
    const lines = [
      'RPUSH m message a b',
      'RPUSH s subscribe a 1',
      'LRANGE m 0 -1',
      'LRANGE s 0 -1',
    ]
    const more = protocol === 'RESP3' ? ['SUBSCRIBE a', 'LRANGE m 0 -1', 'LRANGE s 0 -1'] : []
    const recorded = await runSession({ lines: [...hello, ...lines, ...more] })
    const lists = recorded.replies
      .filter(([text]) => text.startsWith('LRANGE'))
      .map(([, reply]) => reply)
    expect(lists.slice(0, 2)).toEqual([
      ['message', 'a', 'b'],
      ['subscribe', 'a', '1'],
    ])
    expect(lists.slice(2)).toEqual(more.length > 0 ? lists.slice(0, 2) : [])
    expect(recorded.pushes).toEqual([])
  })
})
