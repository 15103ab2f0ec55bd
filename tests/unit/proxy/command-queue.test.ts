import { expect, test } from 'vitest'
import { Recording, type CommandEvent } from '../../../workshop/proxy/index.ts'
import { ConnectionRecorder } from '../../../workshop/proxy/connection-recorder.ts'
import { commandsIn, encodeCommand } from './proxy-fixture.ts'

/** A recorder without a proxy: the test passes the bytes. */
function startRecorder() {
  const recording = new Recording({ limit: 1_000_000, textLimit: 1e9 })
  const recorder = new ConnectionRecorder(recording, 'web.1', [])
  const completed: CommandEvent[] = []
  recording.onCompleted((event) => {
    if (event.kind === 'command') completed.push(event)
  })
  const send = (bytes: Buffer) => {
    for (const command of recorder.decodeCommands(bytes))
      recorder.onForwarded(recorder.recordCommand(command))
  }
  return { recording, recorder, completed, send }
}

const pongs = (from: number, to: number) =>
  Buffer.from(Array.from({ length: to - from }, (_, i) => `:${from + i}\r\n`).join(''))

test('40,000 commands after a blocked one get their own reply, or none', () => {
  const { recording, recorder, completed, send } = startRecorder()
  send(encodeCommand('BLPOP', 'empty', '0'))
  const count = 40_000
  for (let i = 0; i < count; i += 1000) {
    send(
      Buffer.concat(
        Array.from({ length: 1000 }, (_, k) => encodeCommand('INCR', String(i + k))),
      ),
    )
  }
  recorder.recordReplies(Buffer.from('*2\r\n$5\r\nempty\r\n$1\r\nx\r\n'))
  for (let i = 0; i < count; i += 1000) recorder.recordReplies(pongs(i, i + 1000))
  send(encodeCommand('ECHO', 'fence'))
  recorder.recordReplies(Buffer.from('$5\r\nfence\r\n'))

  const [blpop, ...rest] = commandsIn(recording.events)
  expect(blpop?.reply).toEqual(['empty', 'x'])
  expect(rest.at(-1)).toMatchObject({ name: 'ECHO', reply: 'fence', replyUnknown: false })
  const increments = rest.slice(0, -1)
  const wrong = increments.filter(
    ({ reply, replyUnknown, args }) => !replyUnknown && String(reply) !== args[0],
  )
  expect(wrong).toEqual([])
  expect(increments.filter(({ replyUnknown }) => !replyUnknown).length).toBeGreaterThan(10_000)
  expect(completed).toHaveLength(count + 2)
})

test('SUBSCRIBE and MULTI are still recognized among too many waiting commands', () => {
  const { recording, recorder, send } = startRecorder()
  const many = 22_000
  send(encodeCommand('BLPOP', 'empty', '0'))
  send(Buffer.concat(Array.from({ length: many }, () => encodeCommand('PING'))))
  send(Buffer.concat(['MULTI', 'PING', 'EXEC'].map((name) => encodeCommand(name))))
  send(encodeCommand('SUBSCRIBE', 'a', 'b'))
  recorder.recordReplies(Buffer.from('*-1\r\n'))
  recorder.recordReplies(Buffer.from('+PONG\r\n'.repeat(many)))
  recorder.recordReplies(Buffer.from('+OK\r\n+QUEUED\r\n*1\r\n+PONG\r\n'))
  for (const channel of ['a', 'b'])
    recorder.recordReplies(Buffer.from(`*3\r\n$9\r\nsubscribe\r\n$1\r\n${channel}\r\n:1\r\n`))
  send(encodeCommand('PING', 'fence'))
  recorder.recordReplies(Buffer.from('*2\r\n$4\r\npong\r\n$5\r\nfence\r\n'))
  expect(commandsIn(recording.events).at(-1)?.reply).toEqual(['pong', 'fence'])
  expect(recording.events.filter(({ kind }) => kind === 'protocol-error')).toEqual([])
})

test('large waiting commands are not kept', () => {
  const { recording, send } = startRecorder()
  send(encodeCommand('BLPOP', 'empty', '0'))
  const large = encodeCommand('SET', 'k', 'x'.repeat(60_000))
  send(Buffer.concat(Array<Buffer>(200).fill(large)))
  const commands = commandsIn(recording.events).slice(1)
  const known = commands.filter(({ replyUnknown }) => !replyUnknown)
  expect(commands).toHaveLength(200)
  expect(known.length).toBeGreaterThan(100)
  expect(known.length).toBeLessThan(150)
})

test('memory is bounded when CLIENT REPLY OFF is never followed by ON', () => {
  const { recording, recorder, completed, send } = startRecorder()
  send(encodeCommand('CLIENT', 'REPLY', 'OFF'))
  send(Buffer.concat(Array.from({ length: 25_000 }, () => encodeCommand('PING'))))
  send(encodeCommand('CLIENT', 'REPLY', 'ON'))
  recorder.recordReplies(Buffer.from('+OK\r\n'))
  send(encodeCommand('ECHO', 'fence'))
  recorder.recordReplies(Buffer.from('$5\r\nfence\r\n'))
  const commands = commandsIn(recording.events)
  expect(commands.at(-1)?.reply).toBe('fence')
  expect(completed).toHaveLength(25_003)
})

test('the end of a connection completes the waiting commands', () => {
  const { recorder, completed, send } = startRecorder()
  send(encodeCommand('BLPOP', 'empty', '0'))
  send(encodeCommand('PING'))
  recorder.closed('client')
  expect(completed.map(({ name, reply, replyUnknown }) => [name, reply, replyUnknown])).toEqual(
    [
      ['BLPOP', undefined, false],
      ['PING', undefined, false],
    ],
  )
})
