import {
  type AppUnderTest,
  type CommandEvent,
  type SocketClient,
  type TestBed,
  commands,
} from '../../../workshop/check/suite.ts'
import { deviceWith, requestToken } from '../../shared/chat-devices.ts'
import { newGate } from '../../shared/gate.ts'

const beginsWithinMs = 1_500

// A second attempt would be a second socket for the server.
const attempts = new WeakMap<SocketClient, Promise<unknown>>()

/** Whether a command subscribes or unsubscribes, in any of the three kinds. */
export function isSubscription({ name }: Pick<CommandEvent, 'name'>): boolean {
  return /^[PS]?(UN)?SUBSCRIBE$/.test(name)
}

/** Whether a command subscribes. */
export function isSubscribe(event: Pick<CommandEvent, 'name'>): boolean {
  return isSubscription(event) && !event.name.includes('UN')
}

/** The commands of an app that wait in its proxy. */
export function heldCommands(app: Pick<AppUnderTest, 'wire'>): CommandEvent[] {
  return commands(app).filter(({ held, reply }) => held && reply === undefined)
}

/**
 * Holds what an app sends from its next subscription command on, until `open()`.
 *
 * @returns how to wait for that command, and how to let it pass
 */
export function holdSubscriptions(app: AppUnderTest): {
  open(): void
  waitForHeld(withinMs?: number): Promise<unknown>
} {
  const gate = newGate()
  app.proxy.holdCommand(isSubscription, gate.promise)
  return {
    open: () => gate.open(),
    waitForHeld: (withinMs = beginsWithinMs) => app.poll(withinMs, () => heldCommands(app)[0]),
  }
}

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

/** Waits until a device that has begun to connect is accepted. */
export async function finishConnecting(device: SocketClient): Promise<void> {
  await attempts.get(device)
}

/** Gives a device that begins to connect a moment until it is accepted. */
export async function giveTime(app: AppUnderTest, device: SocketClient): Promise<void> {
  await app.poll(beginsWithinMs, () => device.connected || undefined)
}
