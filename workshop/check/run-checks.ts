import { loadCheck } from './check-runner.ts'
import type { CheckTarget, CheckResult } from './check-result.ts'
import { NotJudgedError } from './not-judged.ts'

// How many checks run at a time; each runs four of its goals at a time.
const concurrency = 2

/**
 * Runs checks, each against its folder: for `npm run check`.
 *
 * @param targets by slug
 * @returns a result for each, in the order of the slugs
 * @throws whatever went wrong in the workshop itself
 */
export async function runChecks(targets: Record<string, CheckTarget>): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  const rest = Object.entries(targets).entries()
  const lane = async () => {
    for (const [i, [slug, target]] of rest) results[i] = await checkOne(slug, target)
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
  return results
}

async function checkOne(slug: string, target: CheckTarget): Promise<CheckResult> {
  const check = await loadCheck(slug, 0)
  const start = performance.now()
  const result = { slug, target, passed: false, goals: [] }
  const elapsedMs = () => Math.round(performance.now() - start)
  try {
    const goals = await check.runAll(target.folder)
    const passed = goals.length > 0 && goals.every((goal) => goal.passed)
    return { ...result, passed, goals, ms: elapsedMs() }
  } catch (error) {
    if (!(error instanceof NotJudgedError)) throw error
    return { ...result, ms: elapsedMs(), notJudged: error.message }
  }
}
