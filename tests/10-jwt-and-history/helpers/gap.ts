import { type SocketClient, failUnless, fieldsOf } from '../../../workshop/check/suite.ts'
import { kept } from './keeping.ts'
import { eventsOf, expectStored, waitForText } from '../../shared/chat-messages.ts'

/** Ten messages are missed, then more than are kept. @param connect a device with its last id */
export async function expectGap(
  grace: SocketClient,
  newDevice: (name: string) => SocketClient,
): Promise<void> {
  let sent = 0
  for (const [missed, gap] of [
    [10, false],
    [kept + 10, true],
  ] as const) {
    while (sent < missed) await expectStored(grace, { to: 'ada', text: `missed ${++sent}.` })
    const device = newDevice(`phone, which missed ${missed} messages`)
    await device.connect()
    await waitForText(device, `missed ${sent}.`, 'caught-up')
    await device.waitForEvent(
      'message',
      (envelope) => fieldsOf(envelope)['event'] === 'caughtUp',
      {
        expectation: 'caught-up-event',
        args: [{ event: 'caughtUp', args: { gap } }],
      },
    )
    const [caughtUp = {}] = eventsOf(device, 'caughtUp')
    failUnless(caughtUp['gap'] === gap, {
      kind: 'event-wrong',
      expectation: gap ? 'gap' : 'no-gap',
      app: device.endpoint.name,
      client: device.name,
      event: 'caughtUp',
      args: [caughtUp],
      should: `"gap":${gap}`,
    })
    device.close()
  }
}
