import { WarmGate } from '../check/warm-gate.ts'
import type { GoalResult, Verdict } from '../check/verdict.ts'
import { type Step, findStep, recordPass } from '../course/index.ts'
import { UserError, messageOf } from '../errors.ts'
import { findRedisServer } from '../redis/index.ts'
import { watchFolder } from '../supervisor/run/index.ts'
import type { CheckInfo } from './protocol.ts'

/** What a check desk tells. */
export interface CheckDeskOptions {
  /** Something about a check is different. */
  onNews: () => void
  /** A step has passed. */
  onPass: () => Promise<void>
}

/** Checks steps when it is asked to, or at every save. */
export class CheckDesk {
  readonly checks: Record<string, CheckInfo> = {}
  /** The step that is checked at every save. */
  onSave: string | undefined
  private stop = new AbortController()
  private asked = ''
  private playing: Promise<void> = Promise.resolve()
  private gate: WarmGate | undefined
  private unwatch = async (): Promise<void> => {}
  private switching: Promise<void> = Promise.resolve()

  constructor(private readonly options: CheckDeskOptions) {}

  /** Checks a step; a check that is going on is ended. @throws UserError when its folder is gone */
  async check(slug: string): Promise<void> {
    const step = await findStep(slug)
    this.stop.abort(askedAgain)
    const stop = new AbortController()
    this.stop = stop
    this.asked = slug
    this.tell(slug, begun(step))
    await this.playing
    if (stop.signal.aborted) return
    this.playing = this.play(step, stop.signal)
    await this.playing
  }

  /** Checks this step at every save from now on, and no other. */
  watch(slug: string, on: boolean): Promise<void> {
    const switched = this.switching.then(() => this.switch(slug, on))
    this.switching = switched.catch(() => {})
    return switched
  }

  private async switch(slug: string, on: boolean): Promise<void> {
    const step = await findStep(slug)
    await this.unwatch()
    this.unwatch = async () => {}
    this.onSave = on ? slug : undefined
    if (on) {
      this.unwatch = await watchFolder(step.folder, () => void this.recheck(slug))
      void this.recheck(slug)
    } else await this.gate?.close()
    this.options.onNews()
  }

  /** Ends everything. */
  async close(): Promise<void> {
    this.stop.abort(askedAgain)
    await this.switching
    await this.unwatch()
    await this.playing
    await this.gate?.close()
  }

  private async recheck(slug: string): Promise<void> {
    await this.check(slug).catch((error: unknown) => this.fail(slug, error))
  }

  private async play(step: Step, signal: AbortSignal): Promise<void> {
    const { slug, folder } = step
    try {
      await findRedisServer({ say: (line) => this.change(slug, { problem: line }) })
      const gate = await WarmGate.open(slug, this.onSave === slug ? undefined : 0)
      this.gate = gate
      this.change(slug, { problem: '' })
      const onGoal = (result: GoalResult) => this.tick(slug, result)
      const verdict = await gate.judge(folder, signal, onGoal)
      if (verdict.passed) {
        await recordPass(step)
        await this.options.onPass()
      }
      this.tell(slug, ended(step, verdict))
    } catch (error) {
      if (error !== askedAgain) this.fail(slug, error)
      else if (this.asked !== slug)
        this.change(slug, { phase: 'done', problem: 'Ended: another check began' })
    }
  }

  private tick(slug: string, { goal, passed }: GoalResult): void {
    const goals = (this.checks[slug]?.goals ?? []).map((one) =>
      one.goal === goal
        ? { goal, state: passed ? ('passed' as const) : ('failed' as const) }
        : one,
    )
    this.change(slug, { goals })
  }

  private fail(slug: string, error: unknown): void {
    const known = error instanceof UserError
    if (!known) console.error(error)
    const problem = known ? error.message : `A bug of the workshop: ${messageOf(error)}`
    this.change(slug, { phase: 'done', problem, at: new Date().toISOString() })
  }

  private change(slug: string, part: Partial<CheckInfo>): void {
    const check = this.checks[slug]
    if (check) this.tell(slug, { ...check, ...part })
  }

  private tell(slug: string, check: CheckInfo): void {
    this.checks[slug] = check
    this.options.onNews()
  }
}

const askedAgain = new Error('it was asked again')

function begun({ lesson }: Step): CheckInfo {
  const goals = lesson.goals.map((goal) => ({ goal, state: 'unknown' as const }))
  const nothing = { passed: false, ms: 0, at: '', failure: undefined, problem: '' }
  return { phase: 'running', goals, ...nothing }
}

function ended({ lesson }: Step, { goals, passed, ms }: Verdict): CheckInfo {
  const results = new Map(goals.map((result) => [result.goal, result]))
  const names = lesson.goals.length > 0 ? lesson.goals : [...results.keys()]
  return {
    phase: 'done',
    passed,
    ms,
    at: new Date().toISOString(),
    goals: names.map((goal) => {
      const result = results.get(goal)
      return { goal, state: !result ? 'unknown' : result.passed ? 'passed' : 'failed' }
    }),
    failure: goals.find(({ failure }) => failure)?.failure,
    problem: '',
  }
}
