import { setTimeout } from 'node:timers/promises'
import { type Instance, mainThreadUse } from '../process/index.ts'

// A program that computes something, or receives much, is busy in one of these moments, and not in all.
const moments = 3
const momentMs = 60
const leastShare = 0.8
// One that starts is busy, too, and has run for less.
const leastRanMs = 1_500

/**
 * Whether the main thread of a program runs, or waits for a processor, all the time, as in a loop
 * without an end. Takes a moment; false where the system does not show it.
 */
export async function isMainThreadBusy({ pid }: Instance): Promise<boolean> {
  for (let moment = 0; moment < moments; moment++) {
    const from = performance.now()
    const before = mainThreadUse(pid)
    if (!before || before.ranMs < leastRanMs) return false
    await setTimeout(momentMs)
    const after = mainThreadUse(pid)
    if (!after) return false
    const readyMs = after.ranMs + after.waitedMs - before.ranMs - before.waitedMs
    if (readyMs < leastShare * (performance.now() - from)) return false
  }
  return true
}
