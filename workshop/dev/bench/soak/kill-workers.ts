import { UserError } from '../../../errors.ts'
import { sendSignal } from '../../../process/processes.ts'
import type { CleanupStack } from './cleanup-stack.ts'
import type { Chat } from './chat.ts'
import { monotonicMs } from './load-protocol.ts'

/** A pause of random length. */
export interface Pauses {
  leastMs: number
  mostMs: number
}

/**
 * Kills a random worker of a chat, waits until its successor serves, and again after a pause,
 * as long as the time lasts.
 *
 * @returns how long it took until each successor served, in milliseconds
 */
export async function killAtRandom(
  chat: Chat,
  belongings: CleanupStack,
  { leastMs, mostMs, lastsMs }: Pauses & { lastsMs: number },
): Promise<number[]> {
  const end = monotonicMs() + lastsMs
  const took: number[] = []
  for (;;) {
    const pause = leastMs + Math.random() * (mostMs - leastMs)
    if (monotonicMs() + pause > end) break
    await belongings.pause(pause)
    took.push(await killOne(chat))
  }
  await belongings.pause(Math.max(0, end - monotonicMs()))
  return took
}

async function killOne(chat: Chat): Promise<number> {
  const workers = chat.workers()
  const victim = workers[Math.floor(Math.random() * workers.length)]
  if (!victim) throw new UserError('the chat has no cluster workers: nobody to kill', 1)
  const at = monotonicMs()
  chat.ledger.kills.push({ instance: victim.instance, at })
  sendSignal(victim.pid, 'SIGKILL')
  await chat.serves(victim.instance)
  return monotonicMs() - at
}
