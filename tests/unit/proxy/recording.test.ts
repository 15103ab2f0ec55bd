import { expect, test } from 'vitest'
import { Recording, type CommandEvent } from '../../../workshop/proxy/index.ts'
import { timeoutSignal } from './proxy-fixture.ts'

function add(recording: Recording, ...args: string[]): CommandEvent {
  const event: CommandEvent = {
    ...recording.stamp(),
    instance: 'web.1',
    connection: 1,
    kind: 'command',
    name: 'SET',
    args,
    reply: undefined,
    repliedAt: undefined,
    replySeq: undefined,
  }
  recording.add(event)
  return event
}

test('a recording keeps a bounded number of events, the newest ones', () => {
  const recording = new Recording({ limit: 100 })
  for (let i = 0; i < 1000; i++) add(recording, String(i))
  expect(recording.events.length).toBeLessThanOrEqual(100)
  expect(recording.events.length).toBeGreaterThanOrEqual(95)
  expect(recording.events.at(-1)).toMatchObject({ seq: 1000, args: ['999'] })
  expect(recording.nextSeq()).toBe(1001)
})

test('a recording keeps a bounded amount of text, replies included', () => {
  const recording = new Recording({ textLimit: 1000 })
  for (let i = 0; i < 100; i++) add(recording, 'x'.repeat(100))
  expect(recording.events.length).toBeLessThanOrEqual(10)
  expect(recording.events.length).toBeGreaterThanOrEqual(9)
  recording.setReply(add(recording), ['y'.repeat(500)])
  add(recording)
  expect(recording.events.length).toBeLessThan(8)
  recording.setReply(add(recording), 'y'.repeat(5000))
  expect(recording.events.at(-1)).toMatchObject({ reply: 'y'.repeat(5000) })
  add(recording, 'small')
  expect(recording.events).toMatchObject([{ args: ['small'] }])
})

test('a reply gets a sequence number, and listeners receive its event again', () => {
  const recording = new Recording()
  const received: unknown[] = []
  const off = recording.onEvent((event) =>
    received.push(event.kind === 'command' && event.reply),
  )
  const event = add(recording)
  add(recording)
  recording.setReply(event, 'OK')
  expect(event).toMatchObject({ seq: 1, replySeq: 3, reply: 'OK' })
  expect(event.repliedAt).toBeGreaterThanOrEqual(event.at)
  off()
  add(recording)
  expect(received).toEqual([undefined, undefined, 'OK'])
})

test('waitFor checks its condition at once, and after every change', async () => {
  const recording = new Recording()
  const event = add(recording, 'a')
  expect(await recording.waitFor((events) => events[0]?.seq, timeoutSignal())).toBe(1)
  const answered = recording.waitFor(() => event.reply, timeoutSignal())
  const second = recording.waitFor((events) => events[1], timeoutSignal())
  recording.setReply(event, 'OK')
  expect(await answered).toBe('OK')
  add(recording, 'b')
  expect(await second).toMatchObject({ args: ['b'] })
})

test('waitFor rejects with the reason of its signal, and with an error of its condition', async () => {
  const recording = new Recording()
  const stop = new AbortController()
  const waiting = recording.waitFor(() => undefined, stop.signal)
  stop.abort(new Error('no message within 5 s'))
  await expect(waiting).rejects.toThrow('no message within 5 s')
  await expect(recording.waitFor(() => undefined, stop.signal)).rejects.toThrow('no message')
  expect(await recording.waitFor(() => 'there already', stop.signal)).toBe('there already')
  const throwing = recording.waitFor((events) => {
    if (events.length > 0) throw new Error('mistaken')
    return undefined
  }, timeoutSignal())
  add(recording)
  await expect(throwing).rejects.toThrow('mistaken')
})
