import {
  type Step,
  compareWithStarter,
  requireRunnableStep,
  nextStep,
  stepStates,
  steps,
} from '../course/index.ts'
import type { CheckResult } from './check-result.ts'

/** What `check` and `watch` print after the verdict on a learner's step: what to do next. */
export async function formatNextStep({ slug, passed }: CheckResult): Promise<string[]> {
  const step = await requireRunnableStep(slug)
  return passed ? afterPassing(step) : afterFailing(step)
}

async function afterFailing(step: Step): Promise<string[]> {
  const starter = `steps/${step.slug} is still the starter: begin with TODO(1).`
  const still = (await isUntouched(step)) ? [starter] : []
  return ['', ...still, `Stuck? npm run hint ${step.number}`]
}

async function afterPassing(step: Step): Promise<string[]> {
  const next = await nextStep()
  const skipped = await skippedBefore(step)
  const compare = `Compare your code with the solution: npm run diff ${step.number}`
  if (!next) return ['', `Step ${step.number} passed, and with it the whole course.`, compare]
  return [
    '',
    ...skipped,
    `Step ${step.number} passed. Next: step ${next.number}, ${next.title}`,
    compare,
    `Then read steps/${next.slug}/README.md and type: npm run step ${next.number}`,
  ]
}

// A step in the making has no known starter yet.
async function isUntouched(step: Step): Promise<boolean> {
  const changes = await compareWithStarter(step).catch(() => [])
  return changes.length > 0 && changes.every(({ state }) => state === 'same')
}

async function skippedBefore(step: Step): Promise<string[]> {
  const states = await stepStates()
  const open = (await steps()).filter(
    ({ number, slug }) =>
      number < step.number && (states[slug] === 'open' || states[slug] === 'starter'),
  )
  if (open.length === 0) return []
  const names = open.map(({ number }) => number).join(', ')
  return [`You skipped ahead, which is fine. Still open: step ${names}.`]
}
