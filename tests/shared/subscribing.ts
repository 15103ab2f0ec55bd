import { type AppUnderTest, type CommandEvent, commands } from '../../workshop/check/suite.ts'
import { newLatch } from './latch.ts'

const beginsWithinMs = 1_500

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
  const latch = newLatch()
  app.proxy.holdCommand(isSubscription, latch.released)
  return {
    open: () => latch.release(),
    waitForHeld: (withinMs = beginsWithinMs) => app.poll(withinMs, () => heldCommands(app)[0]),
  }
}
