import {
  type AppUnderTest,
  type SocketClient,
  type TestBed,
  failUnless,
} from '../../../workshop/check/suite.ts'
import {
  expectStored,
  isError,
  messagesOf,
  readHistory,
  sendMessage,
  waitForText,
} from '../../shared/chat-messages.ts'
import { expectStoredOnce, stores, storesOf } from './storing.ts'
import { newLatch } from '../../shared/latch.ts'

/** Redis has no memory left: the sender gets an error, and its second try is stored. */
export async function expectErrorWhenFull(
  testBed: TestBed,
  web1: AppUnderTest,
  [ada, grace]: [SocketClient, SocketClient],
  token: string,
): Promise<void> {
  const message = { to: 'grace', text: 'while Redis was full', clientId: 'message-1' }
  const when = 'while Redis refuses to store anything'
  await testBed.redisCommand('CONFIG', 'SET', 'maxmemory', '1')
  const answer = await sendMessage(ada, message)
  await testBed.redisCommand('CONFIG', 'SET', 'maxmemory', '0')
  failUnless(isError(answer), {
    kind: 'ack-wrong',
    expectation: 'not-stored',
    app: web1.name,
    client: ada.name,
    event: 'sendMessage',
    args: [answer],
    should: '{"error":"…"}',
    when,
  })
  await expectStored(ada, { to: 'grace', text: 'Redis stores again' })
  await waitForText(grace, 'Redis stores again')
  const early = messagesOf(grace).find(({ text }) => text === message.text)
  failUnless(early === undefined, {
    kind: 'event-unexpected',
    expectation: 'not-stored-delivered',
    app: web1.name,
    client: grace.name,
    event: 'messageSent',
    args: [early],
    when: `that was not stored`,
  })
  await expectStored(ada, message, 'when it is sent again')
  await waitForText(grace, message.text, 'delivered-again')
  await expectStoredOnce(testBed, web1, token, message.text)
  testBed.beginPart()
}

/** A message that was stored and is sent again, here and at another instance. */
export async function expectStoredOnceWhenRepeated(
  testBed: TestBed,
  [web1, web2]: [AppUnderTest, AppUnderTest],
  [ada, elsewhere]: [SocketClient, SocketClient],
  token: string,
): Promise<void> {
  const message = { to: 'grace', text: 'sent again', clientId: 'message-2' }
  await expectStored(ada, message)
  await expectStored(ada, message, 'when it is sent again')
  await expectStored(elsewhere, message, 'when it is sent again')
  // The command that stores it here waits until it has been sent again at the other instance.
  const twice = { to: 'grace', text: 'sent twice at once', clientId: 'message-3' }
  const latch = newLatch()
  web1.proxy.holdCommand((command) => stores(command, twice.text), latch.released)
  const first = expectStored(ada, twice)
  first.catch(() => {})
  try {
    await web1.poll(2_000, () => storesOf(web1, twice.text)[0])
    await expectStored(elsewhere, twice)
  } finally {
    latch.release()
  }
  await first
  const when = { when: 'as it came with the same clientId' }
  for (const { text } of [message, twice]) {
    await expectStoredOnce(testBed, web1, token, text, when)
  }
  // The sender's id counts, and not the text.
  const same = { ...message, clientId: 'message-4' }
  await expectStored(ada, same)
  await expectBoth(testBed, web2, token, same.text)
}

async function expectBoth(testBed: TestBed, app: AppUnderTest, token: string, text: string) {
  const history = await readHistory(testBed, app, token, 'grace')
  const seen = history.filter((message) => message['text'] === text).length
  failUnless(seen === 2, {
    kind: 'stored-times',
    expectation: 'stored-each',
    app: app.name,
    text,
    expected: 2,
    seen,
    when: 'as it was sent with two clientIds',
  })
}

/** Two users choose the same clientId: both messages are stored and delivered. */
export async function expectStoredForEachUser(
  testBed: TestBed,
  web1: AppUnderTest,
  [ada, grace]: [SocketClient, SocketClient],
  token: string,
): Promise<void> {
  const clientId = '1'
  await expectStored(ada, { to: 'grace', text: 'the first of ada', clientId })
  await expectStoredOnce(testBed, web1, token, 'the first of ada')
  // With a clientId that ada has not used: what differs next is the clientId alone.
  await expectStored(grace, { to: 'ada', text: 'the first of grace', clientId: '0' })
  await expectStoredOnce(testBed, web1, token, 'the first of grace')
  await expectStored(grace, { to: 'ada', text: 'the second of grace', clientId })
  // Another user has sent that one to the same receiver.
  await expectStored(ada, { to: 'ada', text: 'a note of ada', clientId: '2' })
  await expectStored(grace, { to: 'ada', text: 'the third of grace', clientId: '2' })
  for (const text of ['the second of grace', 'the third of grace']) {
    await expectStoredOnce(testBed, web1, token, text, {
      expectation: 'stored-for-each-user',
      when: 'although another user has sent a message with the same clientId',
    })
    await waitForText(ada, text)
  }
}

/** Redis cannot be reached: whatever becomes of the message, the sender gets an answer. */
export async function expectAnswerWhenRedisIsOffline(
  testBed: TestBed,
  web1: AppUnderTest,
  ada: SocketClient,
  token: string,
): Promise<void> {
  const message = { to: 'grace', text: 'while Redis was offline', clientId: 'message-5' }
  await web1.proxy.disable()
  const answering = sendMessage(ada, message)
  answering.catch(() => {})
  const attempts = web1.instance.connectAttempts.length
  const tries = () => web1.instance.connectAttempts.length > attempts || undefined
  await web1.poll(2_000, () => web1.instance.exit ?? tries())
  await web1.proxy.enable()
  const answer = await answering
  if (isError(answer)) await sendAgain(web1, ada, message)
  await expectStoredOnce(testBed, web1, token, message.text, {
    when: 'after Redis was offline',
  })
}

// Its connections may take a moment to come back.
async function sendAgain(
  web1: AppUnderTest,
  ada: SocketClient,
  message: { to: string; text: string; clientId: string },
): Promise<void> {
  for (let tries = 0; tries < 40; tries++) {
    const answer = await sendMessage(ada, message)
    if (!isError(answer)) return
    await web1.poll(100, () => undefined)
  }
  await expectStored(ada, message, 'when Redis is back')
}
