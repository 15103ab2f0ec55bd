import { expect, test } from 'vitest'
import { RespError } from '../../../workshop/proxy/index.ts'
import { pushes, replies, runSession } from './run-session.ts'
import {
  RawClient,
  commandsIn,
  startTestRedis,
  timeoutSignal,
  startTestProxy,
} from './proxy-fixture.ts'

test('after CLIENT REPLY OFF, SUBSCRIBE confirmations and messages are still recorded', async () => {
  const recorded = await runSession({
    lines: [
      'HELLO 3',
      'CLIENT REPLY OFF',
      'GET a',
      'SUBSCRIBE a',
      'SUBSCRIBE b',
      'CLIENT REPLY ON',
    ],
    after: ({ args, reply }) => args[1] === 'ON' && reply,
    byOther: [['PUBLISH', 'a', 'x']],
  })
  expect(recorded.pushes).toEqual([['message', 'a', 'x']])
  expect(recorded.replies.slice(3).map(([, reply]) => reply)).toEqual([
    ['subscribe', 'a', 1],
    ['subscribe', 'b', 2],
    'OK',
    'fence',
  ])
})

test('RESP3: a connection receives its own messages as pushes, also in a transaction', async () => {
  const recorded = await runSession({
    lines: [
      'HELLO 3',
      'SUBSCRIBE a',
      'PUBLISH a one',
      'MULTI',
      'PUBLISH a two',
      'GET x',
      'EXEC',
    ],
  })
  expect(recorded.replies.slice(1)).toEqual([
    ['SUBSCRIBE a', ['subscribe', 'a', 1]],
    ['PUBLISH a one', 1],
    ['MULTI', 'OK'],
    ['PUBLISH a two', 1],
    ['GET x', null],
    ['EXEC', [1, null]],
    ['PING fence', 'fence'],
  ])
  expect(recorded.pushes).toEqual([
    ['message', 'a', 'one'],
    ['message', 'a', 'two'],
  ])
})

test('RESP3: invalidation messages of client tracking are pushes', async () => {
  const recorded = await runSession({
    lines: ['HELLO 3', 'CLIENT TRACKING ON', 'GET a', 'GET b'],
    oneByOne: true,
    byOther: [['MSET', 'a', '1', 'b', '1'], ['FLUSHALL']],
  })
  expect(recorded.pushes.filter(([name]) => name === 'invalidate').flat()).toEqual(
    expect.arrayContaining(['a', 'b']),
  )
  expect(recorded.pushes.at(-1)).toEqual(['invalidate'])
})

test('CLIENT REPLY OFF that Redis refuses with NOAUTH leaves replies on', async () => {
  const { proxy, recording } = await startTestProxy(
    await startTestRedis('--requirepass', 'sesame'),
  )
  const client = new RawClient(proxy.port)
  client.write('CLIENT REPLY OFF\r\nPING\r\nAUTH sesame\r\nPING\r\n')
  await recording.waitFor((events) => commandsIn(events)[3]?.repliedAt, timeoutSignal())
  const texts = replies(recording.events).map(([, reply]) =>
    reply instanceof RespError ? reply.code : reply,
  )
  expect(texts).toEqual(['NOAUTH', 'NOAUTH', 'OK', 'PONG'])
})

test('an error that Redis sends before any command is recorded as a push', async () => {
  const running = await startTestRedis('--maxclients', '1')
  const first = new RawClient(running.port)
  first.write('PING\r\n')
  await first.waitForBytes('PONG')
  const { proxy, recording } = await startTestProxy(running)
  const refused = new RawClient(proxy.port)
  await refused.waitForBytes('max number of clients')
  await recording.waitFor(
    (events) => events.find((event) => event.kind === 'push'),
    timeoutSignal(),
  )
  expect(pushes(recording.events)).toEqual([['error', 'ERR max number of clients reached']])
})
