import { type Library, loadLibrary, ourOwn } from './library.ts'
import type { Target, Verdict } from './verdict.ts'

// How many gates play at a time; each plays four of its goals at a time.
const lanes = 2

/**
 * Plays gates, each against its folder: for `npm run check`.
 *
 * @param targets by slug
 * @returns a verdict for each, in the order of the slugs
 * @throws whatever went wrong in the workshop itself
 */
export async function playGates(targets: Record<string, Target>): Promise<Verdict[]> {
  const play = await loadLibrary()
  const verdicts: Verdict[] = []
  const rest = Object.entries(targets).entries()
  const lane = async () => {
    for (const [i, [slug, target]] of rest) verdicts[i] = await judge(play, slug, target)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return verdicts
}

async function judge(play: Library, slug: string, target: Target): Promise<Verdict> {
  try {
    const gate = await play.load(slug, 0)
    const start = performance.now()
    const goals = await gate.playEvery(target.folder)
    const ms = Math.round(performance.now() - start)
    const passed = goals.length > 0 && goals.every((goal) => goal.passed)
    return { slug, target, passed, goals, ms }
  } catch (error) {
    throw ourOwn(error)
  }
}
