import type { CheckListeners, LoadedCheck } from './check-runner.ts'
import type { CheckResult } from './check-result.ts'

// About as many instances as a small check starts.
const enough = 8

/** The check of one step, loaded once and run at every save, with everything kept warm. */
export class CheckSession {
  private constructor(
    private readonly slug: string,
    private readonly check: LoadedCheck,
    private readonly endWarm: () => Promise<void>,
  ) {}

  /**
   * Loads the check of a step.
   *
   * @param slug for example `04-sigterm`
   * @param warmth how many instances wait to be started; 0 when it runs only now and then
   */
  static async open(slug: string, warmth = enough): Promise<CheckSession> {
    // The guide shows its page before it has loaded the checks.
    const runner = await import('./check-runner.ts')
    return new CheckSession(slug, await runner.loadCheck(slug, warmth), runner.endWarm)
  }

  /**
   * Checks a folder.
   *
   * @param folder absolute
   * @param signal ends the check; it rejects with the signal's reason
   */
  async run(
    folder: string,
    signal: AbortSignal,
    listeners?: CheckListeners,
  ): Promise<CheckResult> {
    const start = performance.now()
    const goals = await this.check.runUntilFailure(folder, signal, listeners)
    const ms = Math.round(performance.now() - start)
    const target = { folder, label: `steps/${this.slug}` }
    const passed = goals.length > 0 && goals.every((goal) => goal.passed)
    return { slug: this.slug, target, passed, goals, ms }
  }

  /** The goals, in the lesson's order. */
  get goals(): readonly string[] {
    return this.check.goals
  }

  /** Ends what was kept warm. */
  async close(): Promise<void> {
    await this.endWarm()
  }
}
