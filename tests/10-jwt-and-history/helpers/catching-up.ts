import {
  type AppUnderTest,
  type CommandEvent,
  ExpectationFailed,
  type SocketClient,
  type TestBed,
  commands,
  failUnless,
} from '../../../workshop/check/suite.ts'
import { connectWith, deviceWith } from '../../shared/chat-devices.ts'
import {
  expectInOrder,
  expectStored,
  getHistory,
  isError,
  messagesOf,
  sendMessage,
  textsOf,
  waitForId,
  waitForText,
} from '../../shared/chat-messages.ts'
import { isPublish, publicationsOf, storesOf } from './storing.ts'
import { newLatch } from '../../shared/latch.ts'

// How long a program may take to begin to read. What it has not begun by then it does not do.
const beginsWithinMs = 1_500

/** The instances and devices that take part. */
export interface Participants {
  testBed: TestBed
  /** The instance to which ada's phone returns. */
  web1: AppUnderTest
  /** The instance to which grace and linus are connected. */
  web2: AppUnderTest
  grace: SocketClient
  linus: SocketClient
  /** Ada's. */
  token: string
}

type Latch = ReturnType<typeof newLatch>

/** A command that is neither about subscriptions nor one of a client library: a read, here. */
export function mayRead({ name }: CommandEvent): boolean {
  return !/SUBSCRIBE$|PUBLISH$|^(PING|HELLO|CLIENT|AUTH|SELECT|INFO|QUIT|ECHO)$/.test(name)
}

/** Ada's phone, which connects with the last id that it has. */
export function returningPhone(
  { testBed, web1, token }: Pick<Participants, 'testBed' | 'web1' | 'token'>,
  lastId: unknown,
  device = 'phone',
): SocketClient {
  return deviceWith(testBed, web1, token, { user: 'ada', device, lastId })
}

/** A message passes while the read is on its way to Redis: it is in the history, and live. */
export async function expectLiveBeforeHistory(
  participants: Participants,
  lastId: unknown,
): Promise<unknown> {
  const { testBed, web1, web2, grace, linus, token } = participants
  const computer = await connectWith(testBed, web2, token, { device: 'computer' })
  await expectStored(grace, { to: 'ada', text: 'missed 1' })
  await expectStored(linus, { to: 'ada', text: 'missed 2' })
  await expectStored(grace, { to: 'ada', text: 'missed 3' })
  await expectStored(computer, { to: 'ada', text: 'missed note' })
  computer.close()
  const latch = newLatch()
  web1.proxy.holdCommand(mayRead, latch.released)
  const phone = returningPhone(participants, lastId)
  const held = () => commands(web1).some((event) => event.held)
  await passWhile(participants, phone, latch, held, 'live 1')
  await expectStored(grace, { to: 'ada', text: 'after 1' })
  const id = await waitForLive(participants, phone, 'after 1')
  expectInOrder(phone, 'grace', ['missed 1', 'missed 3', 'live 1', 'after 1'])
  expectInOrder(phone, 'linus', ['missed 2'])
  expectInOrder(phone, 'ada', ['missed note'])
  expectInOrderOfIds(phone, ['missed 1', 'missed 2', 'missed 3', 'missed note'])
  phone.close()
  return id
}

/** A message passes while the answer is on its way back: it is live alone. */
export async function expectLiveAfterHistory(
  participants: Participants,
  lastId: unknown,
): Promise<unknown> {
  const { web1, grace } = participants
  await expectStored(grace, { to: 'ada', text: 'missed 4' })
  const latch = newLatch()
  const from = web1.wire.at(-1)?.seq ?? 0
  web1.proxy.holdReply(mayRead, latch.released)
  const phone = returningPhone(participants, lastId)
  const replied = () =>
    commands(web1).some((event) => mayRead(event) && (event.replySeq ?? 0) > from)
  await passWhile(participants, phone, latch, replied, 'live 2')
  await expectStored(grace, { to: 'ada', text: 'after 2' })
  const id = await waitForLive(participants, phone, 'after 2')
  expectInOrder(phone, 'grace', ['missed 4', 'live 2', 'after 2'])
  phone.close()
  return id
}

// The next id of each stream is the one after ARGV[1]. A stream continues a millisecond of the future
// by itself; where each conversation has ids of its own, they continue together.
const moveIds = `
  local moved = {}
  for _, key in ipairs(redis.call('KEYS', '*')) do
    if redis.call('TYPE', key).ok == 'stream' then
      local info = redis.call('XINFO', 'STREAM', key)
      for i = 1, #info, 2 do
        if info[i] == 'last-generated-id' then table.insert(moved, { key, info[i + 1] }) end
      end
      redis.call('XSETID', key, ARGV[1])
    end
  end
  return cjson.encode(moved)`

/**
 * Twelve messages are missed. Those of a program that stores them in streams and lets Redis make their
 * ids are of two conversations in turn, and of one millisecond: their ids differ in the last number
 * alone, 9, 10, 11. Sorted as text, 10 comes before 9. With ids of its own a program is asked for the
 * order of one conversation.
 */
export async function expectNumericOrder(
  participants: Participants,
  lastId: unknown,
): Promise<void> {
  const { testBed, grace, linus } = participants
  testBed.beginPart() // What was printed about the outage is right.
  const moment = Date.now() + 3_600_000
  const numbers = Array.from({ length: 12 }, (_, i) => i + 9)
  let sharesMoment = true
  for (const number of numbers) {
    const text = `number ${number}`
    const message = { to: 'ada', text, clientId: text }
    if (sharesMoment) {
      const id = `${moment}-${number - 1}`
      // Lua writes an empty list as {}.
      const before: [key: string, id: string][] = Object.values(
        JSON.parse(await testBed.redisCommand('EVAL', moveIds, '0', id)),
      )
      const answer = await sendMessage(number % 2 === 0 ? linus : grace, message)
      sharesMoment = before.length > 0 && !isError(answer)
      if (sharesMoment || number > 9) continue
      // Its own ids are of the time that it is.
      for (const [key, last] of before) await testBed.redisCommand('XSETID', key, last)
    }
    await expectStored(grace, message)
  }
  const texts = numbers.map((number) => `number ${number}`)
  const phone = returningPhone(participants, lastId)
  await phone.connect()
  for (const text of texts) await waitForText(phone, text, 'caught-up')
  expectInOrderOfIds(phone, texts, 'order-in-a-moment')
  phone.close()
}

/** A message that is stored, and published a moment later: it is in the history, and live. */
export async function expectLateLive(
  participants: Participants,
  lastId: unknown,
): Promise<unknown> {
  const { testBed, web2, grace } = participants
  const latch = newLatch()
  const text = 'stored, then published'
  web2.proxy.holdCommand((event) => isPublish(event) && holds(event, text), latch.released)
  const sending = sendMessage(grace, { to: 'ada', text })
  sending.catch(() => {})
  await web2.poll(beginsWithinMs, () => {
    const waits = publicationsOf(web2, text).some((event) => event.held)
    return waits || storesOf(web2, text).some(({ reply }) => reply !== undefined) || undefined
  })
  const phone = returningPhone(participants, lastId)
  await phone.connect()
  await testBed.poll(() => messagesOf(phone).length > 0 || undefined, {
    withinMs: beginsWithinMs,
  })
  latch.release()
  await sending
  await expectStored(grace, { to: 'ada', text: 'after 3' })
  const id = await waitForId(phone, 'after 3', 'caught-up')
  expectInOrder(phone, 'grace', [text, 'after 3'])
  phone.close()
  return id
}

/** Redis cannot be reached when the device connects: it gets what it missed when Redis is back. */
export async function expectBackAfterOutage(
  { testBed, web1, grace, token }: Participants,
  lastId: unknown,
): Promise<void> {
  await expectStored(grace, { to: 'ada', text: 'missed 5' })
  await web1.proxy.disable()
  const auth = { token, lastId }
  const phone = testBed.socketClient(web1, { name: "ada's phone", auth, reconnects: true })
  let accepted = false
  phone.connect(() => (accepted = true)).catch(() => {})
  await web1.poll(beginsWithinMs, () => accepted || undefined)
  // What it does at once about the device it has done by then.
  await testBed.httpSession().request(web1, 'GET', '/state')
  await web1.proxy.enable()
  await waitForText(phone, 'missed 5', 'after-outage')
  phone.close()
}

// In several conversations: the last message that it has must be the one with the greatest id.
function expectInOrderOfIds(
  device: SocketClient,
  texts: readonly string[],
  expectation = 'order-of-ids',
): void {
  const came = textsOf(device)
  const received = came.filter((text) => texts.includes(text))
  failUnless(received.join() === texts.join(), {
    kind: 'event-order',
    expectation,
    app: device.endpoint.name,
    client: device.name,
    expected: texts,
    received,
  })
}

// When it does not come, it matters whether its instance does anything at all.
async function waitForLive(
  { testBed, web1, token }: Participants,
  phone: SocketClient,
  text: string,
): Promise<unknown> {
  try {
    return await waitForId(phone, text, 'caught-up')
  } catch (error) {
    const fact = error instanceof ExpectationFailed ? error.fact : undefined
    if (fact?.kind !== 'event-missing') throw error
    const unanswered = { method: 'GET', path: '/history?with=grace' }
    try {
      await getHistory(testBed, web1, token, unanswered.path)
    } catch (failed) {
      if (failed instanceof ExpectationFailed)
        throw new ExpectationFailed({ ...fact, unanswered })
      throw failed
    }
    throw error
  }
}

// The phone may be accepted only when the history has been read: that is right, too.
async function passWhile(
  { testBed, web1, grace }: Participants,
  phone: SocketClient,
  latch: Latch,
  begun: () => boolean,
  text: string,
): Promise<void> {
  const connecting = phone.connect()
  connecting.catch(() => {})
  try {
    await web1.poll(beginsWithinMs, () => begun() || undefined)
    await expectStored(grace, { to: 'ada', text })
    await web1.poll(beginsWithinMs, () => web1.receivedMessages(text)[0])
  } finally {
    latch.release()
  }
  await connecting
  // What is sent next is live for certain.
  await testBed.poll(() => messagesOf(phone).length > 0 || undefined, {
    withinMs: beginsWithinMs,
  })
}

function holds({ args }: CommandEvent, text: string): boolean {
  return args.some((arg) => arg.includes(text))
}
