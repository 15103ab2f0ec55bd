import { watch } from 'chokidar'
import { Gates } from '../check/gates.ts'
import { verdictLines } from '../check/report.ts'
import {
  type Step,
  currentStep,
  findStep,
  nextStep,
  paintFor,
  recordPass,
} from '../course/index.ts'
import { UserError } from '../errors.ts'
import { findRedisServer } from '../redis/index.ts'

/** `npm run watch [4]`: checks a step at every save, until Ctrl+C. */
export async function run(words: string[]): Promise<number> {
  const [word, ...more] = words
  if (more.length > 0) throw new UserError('One step at a time: npm run watch 4')
  let step = await findStep(word ?? (await currentStep()).slug)
  const server = await findRedisServer({ say: (line) => console.error(line) })
  const gates = await Gates.open()
  const saves = new Saves(() => void gates.cancel())
  process.once('SIGINT', () => saves.end()).once('SIGTERM', () => saves.end())
  console.log(
    `Watching steps/${step.slug} with ${server.name}. Save a file to check it; Ctrl+C ends.`,
  )
  do {
    saves.of(step.folder)
    const passed = await checkOnce(gates, step, saves)
    const next = passed && word === undefined ? await nextStep() : undefined
    if (next && next.slug !== step.slug) step = await findStep(next.slug)
  } while (await saves.next())
  await gates.close()
  return 0
}

// A save during the run makes its verdict worthless: it is not shown, and the next run begins.
async function checkOnce(gates: Gates, step: Step, saves: Saves): Promise<boolean> {
  const target = { folder: step.folder, label: `steps/${step.slug}` }
  const [verdict] = await gates.run({ [step.slug]: target })
  if (!verdict || saves.waiting) return false
  const paint = paintFor()
  const time = new Date().toLocaleTimeString('en-GB')
  console.log(
    `\n${paint.dim(time)}  ${paint.bold(`Step ${step.number} · ${step.title}`)}  ${paint.dim(`${verdict.ms} ms`)}`,
  )
  for (const line of verdictLines(verdict, paint)) console.log(line)
  if (!verdict.passed) return false
  await recordPass(step)
  const next = await nextStep()
  console.log(
    next
      ? `\nPassed. Next: step ${next.number}, steps/${next.slug}/README.md`
      : '\nPassed: the whole course.',
  )
  return true
}

/** The saves of a folder, so that none is missed and many at once count as one. */
class Saves {
  /** A file was saved and nobody has looked at it yet. */
  waiting = false
  private ended = false
  private wake = () => {}
  private watcher: ReturnType<typeof watch> | undefined
  private folder = ''

  /** @param onSave called at every save, also while nobody waits */
  constructor(private readonly onSave: () => void) {}

  /** Watches this folder instead of any before. */
  of(folder: string): void {
    if (folder === this.folder) return
    this.folder = folder
    void this.watcher?.close()
    this.watcher = watch(folder, { ignoreInitial: true }).on('all', () => {
      this.waiting = true
      this.onSave()
      this.wake()
    })
  }

  /** Waits for a save. @returns false when the watching is over */
  async next(): Promise<boolean> {
    while (!this.waiting && !this.ended) {
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
    }
    this.waiting = false
    if (this.ended) await this.watcher?.close()
    return !this.ended
  }

  /** Ends the watching. */
  end(): void {
    this.ended = true
    this.onSave()
    this.wake()
  }
}
