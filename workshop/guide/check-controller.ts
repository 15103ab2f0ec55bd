import { CheckSession } from '../check/check-session.ts'
import { startReport } from '../classroom/membership.ts'
import type { AppEvidence } from '../check/evidence.ts'
import type { CheckResult, Failure, GoalResult } from '../check/check-result.ts'
import { NotJudgedError, checkAgainMs, describeAgain } from '../check/not-judged.ts'
import { untestedReason } from '../check/report.ts'
import { type Step, fingerprint, recordPass, requireRunnableStep } from '../course/index.ts'
import { UserError, errorMessage } from '../errors.ts'
import { findRedisServer } from '../redis/index.ts'
import { watchFolder } from '../session/index.ts'
import { type PassedRun, passedRunOf } from './passed-run.ts'
import type { CheckInfo, FailureInfo } from './protocol.ts'

/** What a check controller reports. */
export interface CheckControllerOptions {
  /** Something about a check is different. */
  onChange: () => void
  /** A step has passed, or has changed since. */
  onProgress: () => Promise<void>
}

/** Checks steps when it is asked to, or at every save. */
export class CheckController {
  readonly checks: Record<string, CheckInfo> = {}
  /** The step that is checked at every save. */
  onSave: string | undefined
  private stop = new AbortController()
  private requestedSlug = ''
  private running: Promise<void> = Promise.resolve()
  private session: CheckSession | undefined
  private unwatch = async (): Promise<void> => {}
  /** Of the last check of each step that has passed. */
  private readonly passedRuns = new Map<string, PassedRun>()
  /** The fingerprint of what was checked, by slug. */
  private readonly checkedCode = new Map<string, string>()
  private readonly watched = new Map<string, Promise<() => Promise<void>>>()
  private switching: Promise<void> = Promise.resolve()

  constructor(private readonly options: CheckControllerOptions) {}

  /** Checks a step; a check that is going on is ended. @throws UserError when its folder is missing */
  async check(slug: string): Promise<void> {
    const step = await requireRunnableStep(slug)
    this.stop.abort(superseded)
    const stop = new AbortController()
    this.stop = stop
    this.requestedSlug = slug
    this.set(slug, startedCheck(step))
    await this.watchForChanges(step)
    this.checkedCode.set(slug, await fingerprint(slug))
    // The save that began this check was compared with what was checked before.
    this.update(slug, { outdated: false })
    await this.running
    if (stop.signal.aborted) return
    this.running = this.runCheck(step, stop.signal)
    await this.running
  }

  /** Checks this step at every save from now on, and no other. */
  watch(slug: string, on: boolean): Promise<void> {
    const switched = this.switching.then(() => this.setWatched(slug, on))
    this.switching = switched.catch(() => {})
    return switched
  }

  private async setWatched(slug: string, on: boolean): Promise<void> {
    const step = await requireRunnableStep(slug)
    await this.unwatch()
    this.unwatch = async () => {}
    this.onSave = on ? slug : undefined
    if (on) {
      this.unwatch = await watchFolder(step.folder, () => void this.recheck(slug))
      void this.recheck(slug)
    } else await this.session?.close()
    this.options.onChange()
  }

  /** The run that {@link CheckInfo.shownGoal} names, as the trace of a {@link PassedRun}. */
  passedRun(slug: string): string {
    const run = this.passedRuns.get(slug)
    if (!run) throw new UserError('That run is no longer kept. Check again')
    return run.trace
  }

  /** Ends everything. */
  async close(): Promise<void> {
    this.stop.abort(superseded)
    await this.switching
    await this.unwatch()
    await this.running
    for (const unwatch of this.watched.values()) await (await unwatch)()
    await this.session?.close()
  }

  // From before the check on: what is saved meanwhile was not checked.
  private async watchForChanges({ slug, folder }: Step): Promise<void> {
    const onSave = () => void this.compareWithChecked(slug).catch(console.error)
    const watching = this.watched.get(slug) ?? watchFolder(folder, onSave)
    this.watched.set(slug, watching)
    await watching
  }

  private async compareWithChecked(slug: string): Promise<void> {
    const code = await fingerprint(slug)
    const outdated = this.checkedCode.get(slug) !== code
    if (this.checks[slug]?.outdated !== outdated) this.update(slug, { outdated })
    await this.options.onProgress()
  }

  private async recheck(slug: string): Promise<void> {
    await this.check(slug).catch((error: unknown) => this.fail(slug, error))
  }

  private async runCheck(step: Step, signal: AbortSignal): Promise<void> {
    const { slug, folder } = step
    try {
      await findRedisServer({ log: (line) => this.update(slug, { problem: line }) })
      const session = await CheckSession.open(slug, this.onSave === slug ? undefined : 0)
      this.session = session
      this.update(slug, { problem: '' })
      const seen = new Map<string, readonly AppEvidence[]>()
      const listeners = {
        onGoal: (result: GoalResult) => this.setGoal(slug, result),
        onPassed: (goal: string, apps: readonly AppEvidence[]) => void seen.set(goal, apps),
      }
      const report = startReport()
      const verdict = await session.run(folder, signal, listeners)
      if (verdict.passed) {
        const code = this.checkedCode.get(slug)
        await recordPass(step, code === undefined ? {} : { code })
        await this.options.onProgress()
      }
      const outdated = this.checks[slug]?.outdated ?? false
      const run = verdict.passed ? passedRunOf(session.goals, seen) : undefined
      if (run) this.passedRuns.set(slug, run)
      else this.passedRuns.delete(slug)
      this.set(slug, { ...finishedCheck(step, verdict), outdated, shownGoal: run?.goal ?? '' })
      void report(verdict).then((unsent = '') => this.update(slug, { unsent }))
    } catch (error) {
      if (error instanceof NotJudgedError && !signal.aborted)
        this.checkAgain(slug, error, signal)
      else if (error !== superseded) this.fail(slug, error)
      else if (this.requestedSlug !== slug)
        this.update(slug, { phase: 'done', problem: 'Ended: another check began' })
    }
  }

  // Unless another check begins before that.
  private checkAgain(slug: string, error: NotJudgedError, signal: AbortSignal): void {
    this.fail(slug, new UserError(describeAgain(error)))
    const timer = setTimeout(() => void this.recheck(slug), checkAgainMs)
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  }

  private setGoal(slug: string, { goal, state }: GoalResult): void {
    const goals = (this.checks[slug]?.goals ?? []).map((one) =>
      one.goal === goal ? { goal, state } : one,
    )
    this.update(slug, { goals })
  }

  private fail(slug: string, error: unknown): void {
    const known = error instanceof UserError
    if (!known) console.error(error)
    const problem = known ? error.message : `A bug of the workshop: ${errorMessage(error)}`
    // A goal that was not judged to its end is neither passed nor "not yet".
    const goals = (this.checks[slug]?.goals ?? []).map(({ goal, state }) =>
      state === 'passed' ? { goal, state } : { goal, state: 'open' as const },
    )
    this.update(slug, { phase: 'done', goals, problem, at: new Date().toISOString() })
  }

  private update(slug: string, part: Partial<CheckInfo>): void {
    const check = this.checks[slug]
    if (check) this.set(slug, { ...check, ...part })
  }

  private set(slug: string, check: CheckInfo): void {
    this.checks[slug] = check
    this.options.onChange()
  }
}

const superseded = new Error('it was asked again')

const nothing = {
  passed: false,
  ms: 0,
  at: '',
  outdated: false,
  failure: undefined,
  notTested: '',
  problem: '',
  unsent: '',
  shownGoal: '',
}

function startedCheck({ lesson }: Step): CheckInfo {
  const goals = lesson.goals.map((goal) => ({ goal, state: 'open' as const }))
  return { ...nothing, phase: 'running', goals }
}

function finishedCheck({ lesson }: Step, { goals, passed, ms }: CheckResult): CheckInfo {
  const results = new Map(goals.map((result) => [result.goal, result]))
  const names = lesson.goals.length > 0 ? lesson.goals : [...results.keys()]
  return {
    ...nothing,
    phase: 'done',
    passed,
    ms,
    at: new Date().toISOString(),
    goals: names.map((goal) => ({ goal, state: results.get(goal)?.state ?? 'not tested' })),
    failure: failureInfo(goals.find(({ failure }) => failure)?.failure),
    notTested: untestedReason(goals) ?? '',
  }
}

function failureInfo(failure: Failure | undefined): FailureInfo | undefined {
  if (!failure) return undefined
  const { goal, expected, received, likely, lookAt, wire, output, wireSignatures } = failure
  // How a connection begins is the same in every run, and shows nothing.
  const significant = wireSignatures.filter(
    ({ kind, name }) => /^(command|push)$/.test(kind) && !/^(HELLO|CLIENT|INFO)$/.test(name),
  )
  const signatures = significant.map((one) => JSON.stringify(one))
  return { goal, expected, received, likely, lookAt, wire, signatures, output }
}
