import {
  ExpectationFailed,
  type SocketClient,
  failUnless,
  fieldsOf,
} from '../../../workshop/check/suite.ts'
import { kept } from './keeping.ts'
import { argsOf, expectStored, textsOf, waitForText } from '../../shared/chat-messages.ts'

/**
 * Nothing is missed, then ten messages are missed, then 30 of each of two users, then exactly as many as are kept of one,
 * then more.
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
  const expectCaughtUp = async ({ gap, texts, expectations, when }: CaughtUp) => {
    const device = connect(`phone with ${sent.grace + sent.linus} missed messages`)
    await device.connect()
    const latest = sent.grace > 0 ? [textOf('grace', sent.grace)] : []
    for (const text of [...latest, ...texts])
      await waitForMissed(device, text, expectations.texts)
    await device.waitForEvent(
      'message',
      (envelope) => fieldsOf(envelope)['event'] === 'caughtUp',
      {
        expectation: expectations.event ?? 'caught-up-event',
        args: [{ event: 'caughtUp', args: { gap } }],
      },
    )
    const [caughtUp] = argsOf(device, 'caughtUp')
    failUnless(fieldsOf(caughtUp)['gap'] === gap, {
      kind: 'event-wrong',
      expectation: expectations.gap,
      app: device.endpoint.name,
      client: device.name,
      event: 'caughtUp',
      args: [caughtUp],
      should: `{"gap":${gap}}`,
      ...(when && { when }),
    })
    device.close()
  }
  await expectCaughtUp({
    gap: false,
    texts: [],
    expectations: { texts: 'caught-up', event: 'nothing-missed', gap: 'no-gap-of-none' },
    when: ', when it has missed nothing',
  })
  const half = 30
  await send(grace, 'grace', 10)
  await expectCaughtUp({
    gap: false,
    texts: [],
    expectations: { texts: 'caught-up', gap: 'no-gap' },
  })
  await send(linus, 'linus', half)
  await send(grace, 'grace', half)
  await expectCaughtUp({
    gap: false,
    texts: [textOf('linus', 1), textOf('grace', 1)],
    expectations: { texts: 'caught-up-in-two', gap: 'no-gap-in-two' },
    when: `, ${half} in each of two conversations`,
  })
  await send(grace, 'grace', kept)
  await expectCaughtUp({
    gap: false,
    texts: [textOf('grace', 1)],
    expectations: { texts: 'caught-up', gap: 'no-gap-of-kept' },
    when: `, ${kept} in one conversation and ${half} in another one`,
  })
  await send(grace, 'grace', kept + 10)
  await expectCaughtUp({
    gap: true,
    texts: [],
    expectations: { texts: 'caught-up', gap: 'gap' },
    when: `, ${kept + 10} in one conversation and ${half} in another one`,
  })
}

/** What a device receives that was offline. */
interface CaughtUp {
  gap: boolean
  /** Those that it must receive, beside the latest one. */
  texts: readonly string[]
  expectations: { texts: string; event?: string; gap: string }
  when?: string
}

// When a message does not come, it matters which others have come.
async function waitForMissed(
  device: SocketClient,
  text: string,
  expectation: string,
): Promise<void> {
  try {
    await waitForText(device, text, expectation)
  } catch (error) {
    const fact = error instanceof ExpectationFailed ? error.fact : undefined
    if (fact?.kind !== 'event-missing') throw error
    throw new ExpectationFailed({ ...fact, others: textsOf(device) })
  }
}

function textOf(user: string, number: number): string {
  return `missed ${number} of ${user}.`
}
