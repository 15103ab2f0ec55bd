import {
  type CheckBundle,
  type LoadedCheck,
  loadChecks,
  restoreUserError,
} from './check-bundle.ts'
import type { GoalResult, CheckResult } from './check-result.ts'

// About as many instances as a gate of steps 1 to 4 starts.
const enough = 8

/** The gate of one step, loaded once and played at every save, with everything kept warm. */
export class CheckSession {
  private constructor(
    private readonly slug: string,
    private readonly gate: LoadedCheck,
    private readonly library: CheckBundle,
  ) {}

  /**
   * Loads the gate of a step.
   *
   * @param slug for example `04-sigterm`
   * @param warmth how many instances wait to be started; 0 when it is played only now and then
   */
  static async open(slug: string, warmth = enough): Promise<CheckSession> {
    const play = await loadChecks()
    return new CheckSession(slug, await play.loadCheck(slug, warmth), play)
  }

  /**
   * Judges a folder.
   *
   * @param folder absolute
   * @param signal ends the judging; it rejects with the signal's reason
   * @param onGoal is told each goal as soon as it is decided
   */
  async judge(
    folder: string,
    signal: AbortSignal,
    onGoal?: (result: GoalResult) => void,
  ): Promise<CheckResult> {
    const start = performance.now()
    const goals = await this.gate
      .runUntilFailure(folder, signal, onGoal)
      .catch((error: unknown) => {
        throw restoreUserError(error)
      })
    const ms = Math.round(performance.now() - start)
    const target = { folder, label: `steps/${this.slug}` }
    const passed = goals.length === this.gate.goals.length && goals.every((goal) => goal.passed)
    return { slug: this.slug, target, passed, goals, ms }
  }

  /** The goals, in the lesson's order. */
  get goals(): readonly string[] {
    return this.gate.goals
  }

  /** Ends what was kept warm. */
  async close(): Promise<void> {
    await this.library.endWarm()
  }
}
