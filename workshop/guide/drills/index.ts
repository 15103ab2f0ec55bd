import { UserError, messageOf } from '../../errors.ts'
import { type Step, lookUpStep } from '../../course/index.ts'
import type { DrillInfo, DrillRun } from '../protocol.ts'
import type { RunDesk } from '../run-desk.ts'
import { type Drill, Scene } from './drill.ts'
import { heldSubscribe } from './held-subscribe.ts'
import { killedWorker, twoWorkers } from './jobs.ts'
import { phoneElsewhere } from './phone-elsewhere.ts'
import { redisAway } from './redis-away.ts'

const all: readonly Drill[] = [
  heldSubscribe,
  redisAway,
  killedWorker,
  twoWorkers,
  phoneElsewhere,
]

/** The drills of a step. */
export function drillsFor(step: Step): DrillInfo[] {
  return all
    .filter((drill) => drill.fits(step))
    .map(({ id, title, what, question, answers, needs }) => {
      return { id, title, what, question, answers, needs }
    })
}

/** Plays drills, one at a time, on what runs. */
export class DrillDesk {
  last: DrillRun | undefined

  constructor(
    private readonly desk: RunDesk,
    private readonly onNews: () => void,
  ) {}

  /** Plays a drill to its end. @throws UserError when it cannot begin */
  async play(wish: { id: string; slug: string; predicted: number }): Promise<void> {
    const { id, slug, predicted } = wish
    const drill = all.find((one) => one.id === id)
    if (!drill?.fits(await lookUpStep(slug))) throw new UserError('There is no such drill here')
    if (!drill.answers[predicted]) throw new UserError('First say what you expect')
    if (this.last?.phase === 'running') throw new UserError('A drill is going on already')
    if (this.desk.current?.slug !== slug)
      throw new UserError(`This drill needs ${drill.needs}. Start the step first`)
    const scene = new Scene(this.desk.running)
    const nothing = { observed: undefined, story: [], wire: [], problem: '' }
    const last: DrillRun = { id, slug, phase: 'running', predicted, ...nothing }
    this.tell(last)
    try {
      const outcome = await drill.play(scene)
      if (this.desk.current?.run !== scene.run)
        throw new UserError('What ran was ended in the middle of it. Start it, and try again')
      this.tell({ ...last, ...outcome, phase: 'done', wire: scene.wire(drill.tells) })
    } catch (error) {
      if (!(error instanceof UserError)) console.error(error)
      this.tell({ ...last, phase: 'done', problem: messageOf(error) })
    }
  }

  private tell(last: DrillRun): void {
    this.last = last
    this.onNews()
  }
}
