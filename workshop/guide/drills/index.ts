import { UserError, errorMessage } from '../../errors.ts'
import { type Step, findStep } from '../../course/index.ts'
import type { DrillInfo, DrillRun } from '../protocol.ts'
import type { RunController } from '../run-controller.ts'
import { type Drill, DrillContext } from './drill.ts'
import { slowSubscribe } from './slow-subscribe.ts'
import { killedWorker, twoWorkers } from './jobs.ts'
import { killedPrimary, movedSlot } from './cluster.ts'
import { offlineDevice } from './offline-device.ts'
import { twoDevices } from './two-devices.ts'
import { movedSession } from './moved-session.ts'
import { sigterm, sigtermWithoutRedis } from './shutdown.ts'
import { redisOutage } from './redis-outage.ts'

const all: readonly Drill[] = [
  slowSubscribe,
  redisOutage,
  sigterm,
  sigtermWithoutRedis,
  movedSession,
  killedWorker,
  twoWorkers,
  twoDevices,
  offlineDevice,
  movedSlot,
  killedPrimary,
]

/** The drills of a step. */
export function drillsFor(step: Step): DrillInfo[] {
  return all
    .filter((drill) => drill.appliesTo(step))
    .map(({ id, title, what, question, answers, needs }) => {
      return { id, title, what, question, answers, needs }
    })
}

/** Runs drills, one at a time, on the running instances. */
export class DrillController {
  last: DrillRun | undefined

  constructor(
    private readonly runs: RunController,
    private readonly onChange: () => void,
  ) {}

  /** Runs a drill to its end. @throws UserError when it cannot begin */
  async run(request: { id: string; slug: string; predicted: number }): Promise<void> {
    const { id, slug, predicted } = request
    const drill = all.find((one) => one.id === id)
    if (!drill?.appliesTo(await findStep(slug)))
      throw new UserError('There is no such drill in this step')
    if (!drill.answers[predicted]) throw new UserError('First choose what you expect')
    if (this.last?.phase === 'running') throw new UserError('A drill is going on already')
    if (this.runs.current?.slug !== slug)
      throw new UserError(`This drill needs ${drill.needs}. Start the step first`)
    const context = new DrillContext(this.runs.running)
    const nothing = { observed: undefined, story: [], wire: [], problem: '' }
    const last: DrillRun = { id, slug, phase: 'running', predicted, ...nothing }
    this.update(last)
    try {
      const outcome = await drill.run(context)
      if (this.runs.current?.run !== context.run)
        throw new UserError(
          'The instances were stopped during the drill. Start them, and try again',
        )
      this.update({
        ...last,
        ...outcome,
        phase: 'done',
        wire: context.formattedWire(drill.isRelevant),
      })
    } catch (error) {
      if (!(error instanceof UserError)) console.error(error)
      this.update({ ...last, phase: 'done', problem: errorMessage(error) })
    }
  }

  private update(last: DrillRun): void {
    this.last = last
    this.onChange()
  }
}
