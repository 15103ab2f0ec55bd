import { type AppUnderTest, type TestBed, failUnless } from '../../../workshop/check/suite.ts'
import { connectWith, requestToken } from '../../shared/chat-devices.ts'
import { expectStored, getHistory, readHistory } from '../../shared/chat-messages.ts'

const text = 'between ada and grace'

/** A conversation is for its two people alone. @param ada a token, and `bad` one that is not good */
export async function expectHistoryIsPrivate(
  testBed: TestBed,
  app: AppUnderTest,
  ada: string,
  bad: string,
): Promise<void> {
  const grace = await requestToken(testBed, app, 'grace')
  const linus = await requestToken(testBed, app, 'linus')
  await expectStored(await connectWith(testBed, app, ada), { to: 'grace', text })
  const answers = async (
    token: string | undefined,
    path: string,
    status: number,
    expectation: string,
    when: string,
  ) => {
    const response = await getHistory(testBed, app, token, path)
    failUnless(response.status === status && !response.text.includes(text), {
      kind: 'http-wrong',
      expectation,
      app: app.name,
      request: { method: 'GET', path },
      should: String(status),
      response,
      when,
    })
  }
  const [mine, named] = ['/history?with=grace', '/history?user=ada&with=grace']
  await answers(undefined, mine, 401, 'history-401', 'without a token')
  await answers(bad, mine, 401, 'history-401', 'with a token of another secret')
  await answers(linus, named, 403, 'history-403', "with linus's token")
  for (const [token, other] of [
    [ada, 'grace'],
    [grace, 'ada'],
  ] as const) {
    const messages = await readHistory(testBed, app, token, other)
    failUnless(messages.length === 1 && messages[0]?.['text'] === text, {
      kind: 'http-wrong',
      expectation: 'history-shared',
      app: app.name,
      request: { method: 'GET', path: `/history?with=${other}` },
      should: `{"messages":[{…,"text":"${text}"}]}`,
      response: { status: 200, text: JSON.stringify({ messages }) },
      when: 'after ada has written to grace',
    })
  }
  const others = await readHistory(testBed, app, linus, 'grace')
  failUnless(others.length === 0, {
    kind: 'http-wrong',
    expectation: 'history-private',
    app: app.name,
    request: { method: 'GET', path: mine },
    should: '{"messages":[]}',
    response: { status: 200, text: JSON.stringify({ messages: others }) },
    when: 'to linus, who has written nothing',
  })
}

/** While Redis is offline, no answer claims that nothing is stored. It may come later. */
export async function expectErrorOfRead(
  testBed: TestBed,
  app: AppUnderTest,
  ada: string,
): Promise<void> {
  const path = '/history?with=grace'
  await app.proxy.disable()
  let isAnswered = false
  const answering = getHistory(testBed, app, ada, path).finally(() => (isAnswered = true))
  answering.catch(() => {})
  await app.poll(500, () => isAnswered || undefined)
  await app.proxy.enable()
  const response = await answering
  failUnless(response.status !== 200 || response.text.includes(text), {
    kind: 'http-wrong',
    expectation: 'history-error',
    app: app.name,
    request: { method: 'GET', path },
    should: '503',
    response,
    when: 'while Redis is offline',
  })
}
