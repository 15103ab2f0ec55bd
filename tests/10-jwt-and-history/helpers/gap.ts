import { type SocketClient, failUnless, fieldsOf } from '../../../workshop/check/suite.ts'
import { kept } from './keeping.ts'
import { eventsOf, expectStored, waitForText } from '../../shared/chat-messages.ts'

/**
 * Ten messages are missed, then 30 of each of two users, then more than are kept of one.
 *
 * @param senders grace and linus
 * @param connect a device with the last id of ada's
 */
export async function expectGap(
  [grace, linus]: readonly [SocketClient, SocketClient],
  connect: (name: string) => SocketClient,
): Promise<void> {
  const sent = { grace: 0, linus: 0 }
  const send = async (from: SocketClient, user: keyof typeof sent, until: number) => {
    while (sent[user] < until)
      await expectStored(from, { to: 'ada', text: textOf(user, ++sent[user]) })
  }
  const expectCaughtUp = async (missed: number, gap: boolean, expectations: Expectations) => {
    const device = connect(`phone, which missed ${missed} messages`)
    await device.connect()
    await waitForText(device, textOf('grace', sent.grace), expectations.texts)
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
      expectation: expectations.gap,
      app: device.endpoint.name,
      client: device.name,
      event: 'caughtUp',
      args: [caughtUp],
      should: `"gap":${gap}`,
      ...(expectations.when && { when: expectations.when }),
    })
    return device
  }
  const caughtUp = 'caught-up'
  await send(grace, 'grace', 10)
  const first = await expectCaughtUp(10, false, { texts: caughtUp, gap: 'no-gap' })
  first.close()
  const half = 30
  await send(linus, 'linus', half)
  await send(grace, 'grace', half)
  const when = `, ${half} in each of two conversations`
  const second = await expectCaughtUp(2 * half, false, {
    texts: 'caught-up-in-two',
    gap: 'no-gap-in-two',
    when,
  })
  for (const text of [textOf('linus', 1), textOf('grace', 1)])
    await waitForText(second, text, 'caught-up-in-two')
  second.close()
  await send(grace, 'grace', kept + 10)
  const third = await expectCaughtUp(kept + 10 + half, true, { texts: caughtUp, gap: 'gap' })
  third.close()
}

interface Expectations {
  texts: string
  gap: string
  when?: string
}

function textOf(user: string, number: number): string {
  return `missed ${number} of ${user}.`
}
