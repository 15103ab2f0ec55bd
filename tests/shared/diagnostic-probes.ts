import type { AppUnderTest, TestBed } from '../../workshop/check/suite.ts'
import { startAnnounced, started } from './announcements.ts'
import { connectionsOf } from './connections.ts'

// Experiments of steps 3 and 4 for `withProbe`: done only when a goal has failed.

/** Does it publish, or print, when another instance does? */
export async function probeReaction(testBed: TestBed, app: AppUnderTest): Promise<void> {
  const [name, before] = [testBed.newInstanceName(), app.sentCommands('PUBLISH').length]
  await testBed.publish('instances', JSON.stringify(started(name)))
  await app.poll(500, () => {
    const prints = app.outputLines(`${name} started`).length > 0
    return prints || app.sentCommands('PUBLISH').length > before || undefined
  })
}

/** Does it print once more what it has printed before, of itself and of others? */
export async function probeRepeat(testBed: TestBed, app: AppUnderTest): Promise<void> {
  const [name, last] = [testBed.newInstanceName(), testBed.newInstanceName()]
  for (const who of [app.name, name, name, last]) {
    await testBed.publish('instances', JSON.stringify(started(who)))
  }
  await app.poll(500, () => app.outputLines(`${last} started`)[0])
}

/** Does it publish before Redis has answered HELLO on this connection? And does that delay it? */
export async function probeSlowHandshake(testBed: TestBed, connection: number): Promise<void> {
  const holdCommands = (command: { connection: number }) => command.connection === connection
  const app = await testBed.start('web.2', { holdCommands })
  const subscribes = () => app.sentCommands('SUBSCRIBE')[0]
  const publish = () => app.sentCommands('PUBLISH')[0]
  const moment = app.poll(2_000, publish).then(() => app.poll(200, subscribes))
  app.proxy.holdCommand(({ name }) => name === 'PUBLISH', moment)
  await moment
}

/** Does another instance survive when the connection that is subscribed is cut? */
export async function probeSubscriberCut(testBed: TestBed): Promise<void> {
  const app = await startAnnounced(testBed, 'web.2')
  const mark = testBed.recording.nextSeq()
  app.proxy.disconnect(connectionsOf(app).subscriber)
  await app.poll(2_000, () => {
    const back = app.wire.some(({ kind, seq }) => kind === 'open' && seq >= mark)
    return back || app.instance.exit
  })
}
