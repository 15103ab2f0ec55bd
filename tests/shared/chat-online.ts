import type {
  AppEvidence,
  AppUnderTest,
  SocketClient,
  TestBed,
} from '../../workshop/check/suite.ts'
import { connectWith, requestToken } from './chat-devices.ts'
import { eventsOf } from './chat-messages.ts'

// What the suites of steps 11 and later share: devices that wait for `caughtUp`.

/** Connects a device of a user, and waits for its `caughtUp`. */
export async function goOnline(
  testBed: TestBed,
  app: AppUnderTest,
  user: string,
  device = 'phone',
  lastId?: unknown,
): Promise<SocketClient> {
  const token = await requestToken(testBed, app, user)
  const socket = await connectWith(testBed, app, token, { user, device, lastId })
  await waitForCaughtUp(socket)
  return socket
}

/** Waits until a device has received `caughtUp` so many times. */
export async function waitForCaughtUp(
  device: SocketClient,
  expectation = 'online',
  times = 1,
): Promise<void> {
  const enough = () => eventsOf(device, 'caughtUp').length >= times
  const args = [{ event: 'caughtUp', args: { gap: false } }]
  await device.waitForEvent('message', enough, { expectation, args })
}

/** Whether Redis sent a message with this text to an app, in whichever way. */
export function crossed({ wire }: Pick<AppEvidence, 'wire'>, text: string): boolean {
  return wire.some((event) => {
    if (event.kind === 'push') return event.args.some((arg) => arg.includes(text))
    return event.kind === 'command' && holds(event.reply, text)
  })
}

/** Whether a reply contains a text. */
export function holds(reply: unknown, text: string): boolean {
  if (typeof reply === 'string') return reply.includes(text)
  if (reply instanceof Map) return holds([...reply].flat(), text)
  return Array.isArray(reply) && reply.some((one) => holds(one, text))
}
