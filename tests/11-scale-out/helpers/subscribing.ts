import {
  type AppUnderTest,
  type SocketClient,
  type TestBed,
  commands,
} from '../../../workshop/check/suite.ts'
import { deviceWith, requestToken } from '../../shared/chat-devices.ts'
import { isSubscribe } from '../../shared/subscribing.ts'

// A device that need not wait for Redis is accepted after a few milliseconds.
const beginsWithinMs = 400

/** How long `caughtUp` could come too early, when nothing but the confirmation is missing. */
export const tooEarlyMs = 300

// A second attempt would be a second socket for the server.
const attempts = new WeakMap<SocketClient, Promise<unknown>>()

/** A device that begins to connect. Whether it is accepted at once is up to the app. */
export async function beginToConnect(
  testBed: TestBed,
  app: AppUnderTest,
  user: string,
  device: string,
  lastId?: unknown,
): Promise<SocketClient> {
  const token = await requestToken(testBed, app, user)
  const socket = deviceWith(testBed, app, token, { user, device, lastId })
  const connecting = socket.connect()
  connecting.catch(() => {})
  attempts.set(socket, connecting)
  return socket
}

/** How many commands an app has sent to subscribe. */
export function countSubscribes(app: AppUnderTest): number {
  return commands(app).filter(isSubscribe).length
}

/** Waits until a device that has begun to connect is accepted. */
export async function finishConnecting(device: SocketClient): Promise<void> {
  await attempts.get(device)
}

/** Gives a device that begins to connect a moment until it is accepted. */
export async function giveTime(app: AppUnderTest, device: SocketClient): Promise<void> {
  await app.poll(beginsWithinMs, () => device.connected || undefined)
}
