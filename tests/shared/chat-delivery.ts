import {
  ExpectationFailed,
  type SocketClient,
  type TestBed,
  failUnless,
} from '../../workshop/check/suite.ts'
import { type Message, countReceived, messageSent, send } from './chat.ts'

// What the suites of steps 8 and 9 expect of a message that goes through Redis.

/** How to wait for a message. */
export interface DeliveryOptions {
  /** Which expectation this is; see `Fact`. */
  expectation: string
  /** How many copies each device has received by then. */
  copies?: number
  withinMs?: number
}

/** Waits until all these devices have received a message. @param sender who sent it */
export async function waitForAll(
  testBed: TestBed,
  sender: string,
  message: Message,
  devices: readonly SocketClient[],
  { expectation, copies = 1, withinMs = 5_000 }: DeliveryOptions,
): Promise<void> {
  const missing = () => devices.filter((device) => countReceived(device, message) < copies)
  const found = await testBed.poll(() => missing().length === 0 || undefined, {
    withinMs,
    // It is on its way, or will never arrive.
    shortenWhen: () =>
      missing().length < devices.length ||
      testBed.apps.some(({ instance }) => instance.exit) ||
      isPublished(testBed, message),
  })
  if (found) return
  const fact = deliveryFact(testBed, sender, message, devices, missing(), expectation)
  throw new ExpectationFailed({ ...fact, expected: copies })
}

/** Sends a message and waits until all these devices have received it. */
export async function expectDelivered(
  testBed: TestBed,
  sender: SocketClient,
  message: Message,
  devices: readonly SocketClient[],
  options: DeliveryOptions,
): Promise<void> {
  send(sender, message)
  await waitForAll(testBed, sender.name, message, devices, options)
}

/**
 * All these devices have received a message exactly once. Only to be asked when a later message
 * has come the same way: then nothing more can follow.
 */
export function expectOneCopyEach(
  testBed: TestBed,
  sender: string,
  message: Message,
  devices: readonly SocketClient[],
  expectation: string,
): void {
  const wrong = devices.filter((device) => countReceived(device, message) !== 1)
  failUnless(
    wrong.length === 0,
    deliveryFact(testBed, sender, message, devices, wrong, expectation),
  )
}

function isPublished({ apps }: TestBed, { text }: Message): boolean {
  return apps.some((app) =>
    app
      .sentCommands('PUBLISH')
      .some(({ args, reply }) => reply !== undefined && args[1]?.includes(text)),
  )
}

function deliveryFact(
  { apps }: TestBed,
  sender: string,
  message: Message,
  devices: readonly SocketClient[],
  wrong: readonly SocketClient[],
  expectation: string,
) {
  const places = new Set(wrong.map(({ endpoint }) => endpoint.name))
  const ended = apps.find(({ instance }) => instance.exit)
  const [place] = places
  return {
    kind: 'delivery-wrong',
    expectation,
    // The one at fault, if it is one alone.
    ...((ended || places.size === 1) && { app: ended?.name ?? place ?? '' }),
    event: 'message',
    args: [messageSent(message)],
    expected: 1,
    sender,
    deliveries: devices.map((device) => ({
      client: device.name,
      app: device.endpoint.name,
      seen: countReceived(device, message),
      last: device.received.at(-1),
    })),
  } as const
}
