import { type CheckBundle, loadChecks, restoreUserError } from './check-bundle.ts'
import type { CheckTarget, CheckResult } from './check-result.ts'

// How many gates play at a time; each plays four of its goals at a time.
const concurrency = 2

/**
 * Plays gates, each against its folder: for `npm run check`.
 *
 * @param targets by slug
 * @returns a verdict for each, in the order of the slugs
 * @throws whatever went wrong in the workshop itself
 */
export async function runChecks(targets: Record<string, CheckTarget>): Promise<CheckResult[]> {
  const play = await loadChecks()
  const verdicts: CheckResult[] = []
  const rest = Object.entries(targets).entries()
  const lane = async () => {
    for (const [i, [slug, target]] of rest) verdicts[i] = await judge(play, slug, target)
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
  return verdicts
}

async function judge(
  play: CheckBundle,
  slug: string,
  target: CheckTarget,
): Promise<CheckResult> {
  try {
    const gate = await play.loadCheck(slug, 0)
    const start = performance.now()
    const goals = await gate.runAll(target.folder)
    const ms = Math.round(performance.now() - start)
    const passed = goals.length > 0 && goals.every((goal) => goal.passed)
    return { slug, target, passed, goals, ms }
  } catch (error) {
    throw restoreUserError(error)
  }
}
