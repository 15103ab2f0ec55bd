import { setTimeout } from 'node:timers/promises'
import { type Instance, isMainThreadReady, mainThreadUse } from '../process/index.ts'

// A program that computes something, or receives much, is busy at one of these moments, and not at all.
const leastMoments = 3
// This process can be held up between two readings, and a wait is counted when it has ended:
// more moments make up for both.
const mostMoments = 12
const momentMs = 60
const leastShare = 0.8
// One that starts is busy, too, and has run for less.
const leastRanMs = 1_500

/**
 * Whether the main thread of a program runs, or waits for a processor, all the time, as in a loop
 * without an end. Takes a moment; false where the system does not show it.
 */
export async function isMainThreadBusy({ pid }: Instance): Promise<boolean> {
  const from = performance.now()
  const before = mainThreadUse(pid)
  if (!before || before.ranMs < leastRanMs) return false
  for (let moment = 1; moment <= mostMoments; moment++) {
    if (!isMainThreadReady(pid)) return false
    await setTimeout(momentMs)
    const after = mainThreadUse(pid)
    if (!after) return false
    const readyMs = after.ranMs + after.waitedMs - before.ranMs - before.waitedMs
    const share = readyMs / (performance.now() - from)
    if (moment >= leastMoments && share >= leastShare) return isMainThreadReady(pid)
  }
  return false
}
