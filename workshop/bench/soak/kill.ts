import { UserError } from '../../errors.ts'
import { send } from '../../supervisor/processes.ts'
import type { Belongings } from './belongings.ts'
import type { Chat } from './chat.ts'
import { clock } from './talk.ts'

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
  belongings: Belongings,
  { leastMs, mostMs, lastsMs }: Pauses & { lastsMs: number },
): Promise<number[]> {
  const end = clock() + lastsMs
  const took: number[] = []
  for (;;) {
    const pause = leastMs + Math.random() * (mostMs - leastMs)
    if (clock() + pause > end) break
    await belongings.pause(pause)
    took.push(await killOne(chat))
  }
  await belongings.pause(Math.max(0, end - clock()))
  return took
}

async function killOne(chat: Chat): Promise<number> {
  const workers = chat.workers()
  const victim = workers[Math.floor(Math.random() * workers.length)]
  if (!victim) throw new UserError('the chat has no cluster workers: nobody to kill', 1)
  const at = clock()
  chat.ledger.kills.push({ instance: victim.instance, at })
  send(victim.pid, 'SIGKILL')
  await chat.serves(victim.instance)
  return clock() - at
}
