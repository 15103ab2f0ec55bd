import type { AppUnderTest, SocketClient, TestBed } from '../../../workshop/check/suite.ts'
import { mayRead } from '../../10-jwt-and-history/helpers/catching-up.ts'
import { expectStored } from '../../shared/chat-messages.ts'
import { newLatch } from '../../shared/latch.ts'
import { heldCommands } from '../../shared/subscribing.ts'
import { settle } from './crossing.ts'

const withinMs = 1_500

/** What is sent to each user while the first read of an instance waits. */
export const duringRead = 'during the read'

/**
 * Sends a live message to each of these users while the first read of an app waits in its proxy. So
 * a device whose read has not begun receives it first, unless its live messages wait as well.
 *
 * @param begin lets the app read; a program whose devices reconnect reads later
 */
export async function sendDuringFirstRead(
  testBed: TestBed,
  app: AppUnderTest,
  { sender, users, begin }: { sender: SocketClient; users: string[]; begin: () => void },
): Promise<void> {
  const latch = newLatch()
  app.proxy.holdCommand(mayRead, latch.released)
  begin()
  try {
    const held = await app.poll(withinMs, () => heldCommands(app).find(mayRead))
    for (const user of users) await expectStored(sender, { to: user, text: duringRead })
    if (!held) return
    const came = () => app.receivedMessages(duringRead).length >= users.length
    await app.poll(withinMs, () => came() || undefined)
    await settle(testBed, app)
  } finally {
    latch.release()
  }
}
