import {
  ExpectationFailed,
  type SocketClient,
  type TestBed,
} from '../../../workshop/check/suite.ts'
import { connectDevice } from '../../shared/chat.ts'
import { expectDelivered, waitForAll } from '../../shared/chat-delivery.ts'
import { envelopeFor } from './dispatch.ts'
import { channelOf } from './channel.ts'
import { eventsAbout } from './expectations.ts'

// The chat of the step informs devices of other devices. That is no contract: an app that does not is
// right, too.

/** A device introduces itself to the other devices of its user. */
export function introduce(device: SocketClient, id: string): void {
  device.emit('message', { event: 'hello', args: { device: id, name: 'device' } })
}

/**
 * The instance of `near` shuts down: `far`, on another one, receives what it receives whenever a
 * device disconnects.
 */
export async function expectLastEvents(
  testBed: TestBed,
  near: SocketClient,
  far: SocketClient,
  shutDown: () => Promise<void>,
): Promise<void> {
  const watch = await connectDevice(testBed, near.endpoint, 'ada', "ada's watch on web.1")
  introduce(watch, 'watch-1')
  introduce(near, 'phone-1')
  const here = { from: 'ada', to: 'ada', text: 'both are here' }
  await expectDelivered(testBed, near, here, [watch, near, far], {
    expectation: 'across-instances',
  })
  watch.close()
  // When this device is connected, the instance has noticed that the watch is not.
  const tablet = await connectDevice(testBed, near.endpoint, 'ada', "ada's tablet on web.1")
  const options = { expectation: 'device-left' }
  const afterDisconnect = { from: 'ada', to: 'ada', text: 'one has disconnected' }
  await expectDelivered(testBed, near, afterDisconnect, [near, far, tablet], options)
  const about = (id: string) => eventsAbout(far, id)
  const atDisconnect = about('watch-1').filter((event) => !about('phone-1').includes(event))
  await shutDown()
  // On the same subscription as its last events, and after them.
  const later = { from: 'ada', to: 'ada', text: 'after the shutdown' }
  const [app] = testBed.apps
  if (app) await testBed.publish(channelOf(app), envelopeFor('ada', later))
  await waitForAll(testBed, 'the check', later, [far], options)
  const missing = atDisconnect.find((event) => !about('phone-1').includes(event))
  if (missing === undefined) return
  const when = `about ada's phone, which web.1 disconnected when it shut down`
  const fact = { ...far.missingEvent('message'), app: near.endpoint.name, when } as const
  throw new ExpectationFailed({
    ...fact,
    expectation: 'last-events',
    args: [{ event: missing }],
  })
}
