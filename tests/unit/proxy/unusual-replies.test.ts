import { describe, expect, test } from 'vitest'
import { RespError } from '../../../workshop/proxy/index.ts'
import { runSession } from './run-session.ts'
import {
  RawClient,
  commandsIn,
  encodeCommand,
  startTestProxy,
  startTestRedis,
  timeoutSignal,
} from './proxy-fixture.ts'

const notPermitted = expect.objectContaining({ code: 'NOPERM' })
const refused = expect.any(RespError)

describe.each(['HELLO 2', 'HELLO 3'])('%s', (hello) => {
  test.each([
    ['subscribe', "{'subscribe','x',1}", ['subscribe', 'x', 1]],
    ['unsubscribe', "{'unsubscribe','x',0}", ['unsubscribe', 'x', 0]],
    ['message', "{'message','a','b'}", ['message', 'a', 'b']],
    ['QUEUED', "{ok='QUEUED'}", 'QUEUED'],
  ])('the reply of a script that looks like %s is matched', async (_, script, reply) => {
    const { replies, pushes } = await runSession({
      lines: [
        hello,
        `EVAL "return ${script}" 0`,
        'ECHO one',
        'SUBSCRIBE a',
        'UNSUBSCRIBE a',
        'ECHO two',
      ],
    })
    expect(replies.slice(1).map(([, value]) => value)).toEqual([
      reply,
      'one',
      ['subscribe', 'a', 1],
      ['unsubscribe', 'a', 0],
      'two',
      'fence',
    ])
    expect(pushes).toEqual([])
  })

  test('SUBSCRIBE of several channels in a transaction is matched, next to scripts', async () => {
    const { replies, pushes } = await runSession({
      lines: [
        hello,
        'MULTI',
        'SUBSCRIBE a b',
        `EVAL "return {'subscribe','x',1}" 0`,
        'ECHO in',
        'UNSUBSCRIBE',
        'EXEC',
        'ECHO after',
      ],
    })
    expect(replies.slice(1).map(([, value]) => value)).toEqual([
      'OK',
      ['subscribe', 'b', 2],
      ['subscribe', 'x', 1],
      'in',
      ['unsubscribe', expect.stringMatching(/^[ab]$/), 0],
      [
        ['subscribe', 'b', 2],
        ['subscribe', 'x', 1],
        'in',
        ['unsubscribe', expect.anything(), 0],
      ],
      'after',
      'fence',
    ])
    expect(pushes).toEqual([])
  })

  test('CLIENT REPLY that the ACL refuses changes nothing', async () => {
    const { replies } = await runSession({
      lines: [
        hello,
        'ACL SETUSER default -client',
        'CLIENT REPLY OFF',
        'ECHO one',
        'CLIENT REPLY SKIP',
        'GET missing',
        'ECHO two',
      ],
    })
    expect(replies.slice(2).map(([, value]) => value)).toEqual([
      notPermitted,
      'one',
      notPermitted,
      null,
      'two',
      'fence',
    ])
  })

  test('after CLIENT REPLY SKIP, a value that looks like a status is matched', async () => {
    const { replies } = await runSession({
      lines: [
        hello,
        'SET k QUEUED',
        'CLIENT REPLY SKIP',
        'ECHO silent',
        'GET k',
        'CLIENT REPLY SKIP',
        'NOSUCH',
        'LPUSH k x',
        'ECHO last',
      ],
    })
    expect(replies.slice(2).map(([, value]) => value)).toEqual([
      undefined,
      undefined,
      'QUEUED',
      undefined,
      undefined,
      refused,
      'last',
      'fence',
    ])
  })

  test('CLIENT REPLY in a transaction: replies are unknown, never those of other commands', async () => {
    const events = await sendAndClose([
      hello,
      'MULTI',
      'INCR n',
      'CLIENT REPLY SKIP',
      'INCR n',
      'EXEC',
      'ECHO one',
      'ECHO two',
      'QUIT',
    ])
    const echoes = commandsIn(events).filter(({ name }) => name === 'ECHO')
    expect(echoes).toHaveLength(2)
    for (const { args, reply, replyUnknown } of echoes)
      expect(replyUnknown === true ? args[0] : reply).toBe(args[0])
    expect(events).toContainEqual(
      expect.objectContaining({ kind: 'protocol-error', reason: 'unmatched-reply' }),
    )
  })

  test('the replies of a transaction of 10,500 commands are matched', async () => {
    const { proxy, recording } = await startTestProxy(await startTestRedis())
    const client = new RawClient(proxy.port)
    const echoes = Array.from({ length: 10_500 }, (_, i) => encodeCommand('ECHO', String(i)))
    client.write(
      Buffer.concat([
        Buffer.from(`${hello}\r\nMULTI\r\n`),
        ...echoes,
        Buffer.from('EXEC\r\nECHO fence\r\n'),
      ]),
    )
    await recording.waitFor(
      (all) => all.find((e) => e.kind === 'command' && e.reply === 'fence'),
      timeoutSignal(),
    )
    const commands = commandsIn(recording.events).filter(({ name }) => name === 'ECHO')
    expect(commands).toHaveLength(10_501)
    expect(commands.filter(({ args, reply }) => reply !== args[0])).toEqual([])
    const exec = commandsIn(recording.events).find(({ name }) => name === 'EXEC')
    expect(exec?.reply).toHaveLength(10_001)
    expect(exec?.reply).toContain('… (cut: 10500 items)')
  })
})

test('RESP2: CLIENT REPLY that a subscriber may not use changes nothing', async () => {
  const { replies } = await runSession({
    lines: [
      'SUBSCRIBE a',
      'CLIENT REPLY OFF',
      'PING one',
      'CLIENT REPLY SKIP',
      'PING two',
      'GET k',
      'PING three',
    ],
  })
  expect(replies.map(([, value]) => value)).toEqual([
    ['subscribe', 'a', 1],
    refused,
    ['pong', 'one'],
    refused,
    ['pong', 'two'],
    refused,
    ['pong', 'three'],
    ['pong', 'fence'],
  ])
})

test('RESP3: many large messages are recorded whole', async () => {
  const texts = Array.from({ length: 8 }, (_, i) => String(i).repeat(60_000))
  const { pushes } = await runSession({
    lines: ['HELLO 3', 'SUBSCRIBE ch'],
    oneByOne: true,
    byOther: texts.map((text) => ['PUBLISH', 'ch', text]),
  })
  expect(pushes).toEqual(texts.map((text) => ['message', 'ch', text]))
})

/** Sends lines and waits until Redis has closed the connection. */
async function sendAndClose(lines: string[]) {
  const { proxy, recording } = await startTestProxy(await startTestRedis())
  const client = new RawClient(proxy.port)
  client.write(lines.map((line) => `${line}\r\n`).join(''))
  await recording.waitFor((all) => all.find(({ kind }) => kind === 'close'), timeoutSignal())
  return recording.events
}
