import {
  type AppUnderTest,
  type TestBed,
  failUnless,
  isCommand,
} from '../../workshop/check/suite.ts'
import { expectHandledOnce } from './announcements.ts'

/** The open connections of an app that is subscribed: the one it subscribed on, and the others. */
export function connectionsOf(app: AppUnderTest): { subscriber: number; others: number[] } {
  const subscribe = app.wire.filter(isCommand).find(({ name }) => name.endsWith('SUBSCRIBE'))
  const subscriber = subscribe?.connection ?? 0
  const others = app.proxy.openConnections().filter((number) => number !== subscriber)
  return { subscriber, others }
}

/** Cuts a connection, and proves that it is opened again and that messages are handled as before. */
export async function expectReconnects(
  testBed: TestBed,
  app: AppUnderTest,
  connection: number,
): Promise<void> {
  const before = app.proxy.openConnections().length
  const seq = testBed.recording.nextSeq()
  app.proxy.disconnect(connection)
  await app.waitUntil({ kind: 'connection-lost', app: app.name, connection }, () =>
    app.wire.find((event) => event.kind === 'open' && event.seq >= seq),
  )
  const open = () => app.proxy.openConnections().length
  await app.waitUntil(
    () => ({ kind: 'connection-missing', app: app.name, expected: before, open: open() }),
    () => (open() >= before ? true : undefined),
  )
  await app.waitForResubscription('instances')
  // The first message may come so soon that the app has not yet noticed the new connection.
  await expectHandledOnce(testBed, app)
  await expectHandledOnce(testBed, app)
}

/** Proves that both stay open, and that messages do not make it open more and more of them. */
export async function expectNoNewConnections(
  testBed: TestBed,
  app: AppUnderTest,
): Promise<void> {
  const counts: number[] = []
  for (let round = 0; round < 3; round++) {
    await expectHandledOnce(testBed, app)
    counts.push(app.instance.connectAttempts.length)
  }
  const open = app.proxy.openConnections().length
  failUnless(open > 1, { kind: 'connection-missing', app: app.name, expected: 2, open })
  const [first = 0, second = 0, third = 0] = counts
  const grows = first < second && second < third
  failUnless(!grows, {
    kind: 'growth',
    app: app.name,
    what: 'connections',
    counts,
    when: 'when a message arrives',
  })
}
