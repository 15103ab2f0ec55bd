import {
  type AppUnderTest,
  type TestBed,
  ExpectationFailed,
  failUnless,
  linesFor,
} from '../../workshop/check/suite.ts'

// What the checks of steps 3 and 4 share: instances that announce themselves on a channel.

/** The announcement of an instance that has started. */
export function started(instance: string) {
  return { instance, event: 'started' }
}

/** The announcement of an instance that shuts down. */
export function stopped(instance: string) {
  return { instance, event: 'stopped' }
}

/** Starts an instance and waits until it is subscribed and has announced itself. */
export async function startAnnounced(testBed: TestBed, name: string): Promise<AppUnderTest> {
  const app = await testBed.start(name)
  await app.waitForSubscription('instances')
  await app.waitForPublish('instances', started(name))
  return app
}

/**
 * Announces an instance that the check invents, and proves that this app prints it exactly once.
 *
 * @param before messages that arrive in the same packet, just before
 */
export async function expectHandledOnce(
  testBed: TestBed,
  app: AppUnderTest,
  ...before: string[]
): Promise<void> {
  const [name, next] = [testBed.newInstanceName(), testBed.newInstanceName()]
  // What the app does with the first message, it has done before it prints the second one, which
  // comes the same way: so nothing more can follow.
  await publishTo(testBed, app, ...before, JSON.stringify(started(name)))
  await publishTo(testBed, app, JSON.stringify(started(next)))
  await app.waitForOutput(`${next} started`, 1, {
    when: 'when the check announces an instance of that name',
  })
  const text = `${name} started`
  const printed = () => linesFor(app.instance.lines, text)
  // An app that is subscribed on several connections receives it on each, at its own pace.
  if (app.receivedMessages(name).length > 1) await app.poll(1_000, () => printed()[1])
  const seen = printed().length
  const after = `${next} started`
  const when = 'as that message was sent once'
  failUnless(seen > 0, { kind: 'output-missing', app: app.name, text, seen, after })
  failUnless(seen === 1, {
    kind: 'output-repeated',
    app: app.name,
    text,
    expected: 1,
    seen,
    when,
  })
}

/** Publishes to this app, and fails when it is not subscribed. */
export async function publishTo(
  testBed: TestBed,
  app: AppUnderTest,
  ...messages: string[]
): Promise<void> {
  const channel = 'instances'
  const receivers = await testBed.publish(channel, ...messages)
  if (receivers > 0) return
  throw new ExpectationFailed({
    kind: 'subscription-missing',
    app: app.name,
    channel,
    again: false,
  })
}
