import { type Library, type LoadedGate, loadLibrary, ourOwn } from './library.ts'
import type { Verdict } from './verdict.ts'

// About as many instances as a gate of steps 1 to 4 starts.
const warmth = 8

/** The gate of one step, loaded once and played at every save, with everything kept warm. */
export class WarmGate {
  private constructor(
    private readonly slug: string,
    private readonly gate: LoadedGate,
    private readonly library: Library,
  ) {}

  /** Loads the gate of a step. @param slug for example `04-sigterm` */
  static async open(slug: string): Promise<WarmGate> {
    const play = await loadLibrary()
    return new WarmGate(slug, await play.load(slug, warmth), play)
  }

  /**
   * Judges a folder.
   *
   * @param folder absolute
   * @param signal ends the judging; it rejects with the signal's reason
   */
  async judge(folder: string, signal: AbortSignal): Promise<Verdict> {
    const start = performance.now()
    const goals = await this.gate.play(folder, signal).catch((error: unknown) => {
      throw ourOwn(error)
    })
    const ms = Math.round(performance.now() - start)
    const target = { folder, label: `steps/${this.slug}` }
    const passed = goals.length === this.gate.goals.length && goals.every((goal) => goal.passed)
    return { slug: this.slug, target, passed, goals, ms }
  }

  /** Ends what was kept warm. */
  async close(): Promise<void> {
    await this.library.endWarm()
  }
}
