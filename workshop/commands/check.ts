import { styleText } from 'node:util'
import { runChecks } from '../check/run-checks.ts'
import { formatNextStep } from '../check/next-step.ts'
import { failureLines, verdictLines } from '../check/report.ts'
import { startReport } from '../classroom/membership.ts'
import type { CheckTarget, CheckResult } from '../check/check-result.ts'
import {
  type Step,
  requireRunnableStep,
  nextStep,
  fingerprint,
  recordPass,
  steps,
} from '../course/index.ts'
import { requireLocalhost } from '../course/doctor/network.ts'
import { UserError } from '../errors.ts'
import { findRedisServer } from '../redis/index.ts'

interface CheckArgs {
  step: string | undefined
  all: boolean
  json: boolean
  solution: boolean
}

/**
 * `npm run check [4 | all] [solution] [json]`: judges a step's folder.
 *
 * @returns 0 passed, 1 not there yet, 2 when a step could not be judged
 */
export async function run(words: string[]): Promise<number> {
  const args = parse(words)
  const wanted = await selectSteps(args)
  if (wanted.length === 0) return everythingPassed()
  const targets = Object.fromEntries(wanted.map((step) => [step.slug, targetOf(step, args)]))
  await requireLocalhost()
  const server = await findRedisServer({ log: (line) => console.error(line) })
  if (!args.json) {
    const folders = Object.values(targets).map(({ label }) => label)
    console.log(`Checking ${folders.join(', ')} with ${server.name}\n`)
  }
  const report = startReport()
  // What is saved while the check runs has not been checked.
  const readCode = () => Promise.all(wanted.map(({ slug }) => fingerprint(slug)))
  const checked = await readCode()
  const verdicts = await runChecks(targets)
  if (!args.solution) await recordPasses(verdicts, checked)
  if (args.json) printJson(verdicts)
  else await printVerdicts(verdicts, args)
  const now = await readCode()
  for (const [at, { slug }] of wanted.entries()) {
    if (now[at] !== checked[at] && !args.solution) console.error(`\n${changedMeanwhile(slug)}`)
  }
  const judged = verdicts.filter(({ notJudged }) => notJudged === undefined)
  const latest = judged.find(({ passed }) => !passed) ?? judged.at(-1)
  const note = args.solution || !latest ? undefined : await report(latest)
  if (note) console.error(styleText('dim', `\n${note}`))
  if (judged.length < verdicts.length) return 2
  return verdicts.every(({ passed }) => passed) ? 0 : 1
}

function parse(words: string[]): CheckArgs {
  const known = ['all', 'json', 'solution']
  const [step, ...more] = words.filter((word) => !known.includes(word))
  if (more.length > 0) {
    throw new UserError(`One step at a time: npm run check ${step}, or npm run check all`)
  }
  const [all, json, solution] = known.map((word) => words.includes(word))
  if (all && step) throw new UserError(`Either all or step ${step}: npm run check ${step}`)
  return {
    step,
    all: all || (json && !step) || false,
    json: json ?? false,
    solution: solution ?? false,
  }
}

async function selectSteps({ step, all, solution }: CheckArgs): Promise<Step[]> {
  if (step !== undefined) return [await requireRunnableStep(step)]
  const every = await steps()
  if (all || solution) return Promise.all(every.map(({ slug }) => requireRunnableStep(slug)))
  const next = await nextStep()
  return next ? [await requireRunnableStep(next.slug)] : []
}

function targetOf(step: Step, { solution }: CheckArgs): CheckTarget {
  return solution
    ? { folder: step.solution, label: `solutions/${step.slug}` }
    : { folder: step.folder, label: `steps/${step.slug}` }
}

function everythingPassed(): number {
  console.log(
    'Every step has passed. To check one again: npm run check 4; all: npm run check all',
  )
  return 0
}

function changedMeanwhile(slug: string): string {
  return `A file of steps/${slug} was changed while the check ran, so it may have run both\nversions. Check again.`
}

async function recordPasses(
  results: readonly CheckResult[],
  checked: readonly string[],
): Promise<void> {
  for (const [at, code] of checked.entries()) {
    const result = results[at]
    if (result?.passed) await recordPass(result, { code })
  }
}

function printJson(verdicts: readonly CheckResult[]): void {
  for (const { slug, target, passed, goals, ms, notJudged } of verdicts) {
    const failure = goals.find((goal) => goal.failure)?.failure
    const diagnosis = failure && { id: failure.diagnosis, likely: failure.likely }
    const verdict = notJudged ? 'not judged' : passed ? 'passed' : 'not yet'
    const result = { id: slug, folder: target.label, verdict, reason: notJudged, diagnosis }
    console.log(JSON.stringify({ ...result, ms, goals }))
  }
}

async function printVerdicts(verdicts: readonly CheckResult[], args: CheckArgs): Promise<void> {
  const [only] = verdicts
  if (only?.notJudged && verdicts.length === 1) return console.error(only.notJudged)
  if (only && verdicts.length === 1) {
    for (const line of verdictLines(only)) console.log(line)
    if (!args.solution) for (const line of await formatNextStep(only)) console.log(line)
    return
  }
  for (const line of formatSummary(verdicts)) console.log(line)
}

function formatSummary(verdicts: readonly CheckResult[]): string[] {
  const lines = verdicts.map(({ passed, target, goals, notJudged }) => {
    if (notJudged) return `  ${styleText('yellow', '   -   ')}  ${target.label} ${notJudged}`
    const reached = goals.filter((goal) => goal.passed).length
    const mark = passed ? styleText('green', 'passed ') : styleText('red', 'not yet')
    return `  ${mark}  ${target.label}, ${reached} of ${goals.length} goals`
  })
  const first = verdicts.find(({ goals }) => goals.some((goal) => goal.failure))
  const failure = first?.goals.find((goal) => goal.failure)?.failure
  if (!first || !failure) return lines
  return [...lines, '', `In ${first.target.label}:`, ...failureLines(failure)]
}
