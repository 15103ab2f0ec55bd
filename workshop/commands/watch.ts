import { watch } from 'chokidar'
import { verdictLines } from '../check/report.ts'
import { WarmGate } from '../check/warm-gate.ts'
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
  const server = await findRedisServer({ say: (line) => console.error(line) })
  const saves = new Saves()
  process.once('SIGINT', () => saves.end()).once('SIGTERM', () => saves.end())
  let step: Step | undefined = await findStep(word ?? (await currentStep()).slug)
  console.log(`Checking with ${server.name} at every save. Ctrl+C ends.`)
  while (step && !saves.ended) {
    const passed = await watchStep(step, saves)
    // Whoever asked for one step stays there; everybody else goes on with the course.
    const next: Step | undefined = passed && word === undefined ? await nextStep() : undefined
    step = next && (await findStep(next.slug))
  }
  return 0
}

// Until the watching ends, or until the step has passed and there is another one to go on with.
async function watchStep(step: Step, saves: Saves): Promise<boolean> {
  console.log(`\nWatching steps/${step.slug}`)
  const gate = await WarmGate.open(step.slug)
  try {
    saves.of(step.folder)
    for (;;) {
      const passed = await checkOnce(gate, step, saves)
      if (passed && (await nextStep())?.slug !== step.slug) return true
      if (!(await saves.next())) return false
    }
  } finally {
    await gate.close()
  }
}

// A save during the play makes its verdict worthless: it is ended, and the next one begins.
async function checkOnce(gate: WarmGate, step: Step, saves: Saves): Promise<boolean> {
  const verdict = await gate.judge(step.folder, saves.signal()).catch((error) => {
    if (error === savedAgain) return undefined
    throw error
  })
  if (!verdict) return false
  const paint = paintFor()
  const time = paint.dim(new Date().toLocaleTimeString('en-GB'))
  const name = paint.bold(`Step ${step.number} · ${step.title}`)
  console.log(`\n${time}  ${name}  ${paint.dim(`${verdict.ms} ms`)}`)
  for (const line of verdictLines(verdict, paint)) console.log(line)
  if (!verdict.passed) return false
  await recordPass(step)
  const next = await nextStep()
  const read = next ? `Next: read steps/${next.slug}/README.md` : 'That was the whole course.'
  console.log(`\nStep ${step.number} passed. ${read}`)
  return true
}

const savedAgain = new Error('a file was saved again')

/** The saves of a folder, so that none is missed and many at once count as one. */
class Saves {
  ended = false
  private waiting = false
  private wake = () => {}
  private stop = new AbortController()
  private watcher: ReturnType<typeof watch> | undefined
  private folder = ''

  /** Watches this folder instead of any before. */
  of(folder: string): void {
    if (folder === this.folder) return
    this.folder = folder
    void this.watcher?.close()
    this.watcher = watch(folder, { ignoreInitial: true }).on('all', () => this.onSave())
  }

  /** Aborts at the next save, with `savedAgain` as its reason. What was saved before is seen. */
  signal(): AbortSignal {
    this.waiting = false
    this.stop = new AbortController()
    return this.stop.signal
  }

  /** Waits for a save. @returns false when the watching is over */
  async next(): Promise<boolean> {
    while (!this.waiting && !this.ended) {
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
    }
    return !this.ended
  }

  /** Ends the watching. */
  end(): void {
    this.ended = true
    void this.watcher?.close()
    this.onSave()
  }

  private onSave(): void {
    this.waiting = true
    this.stop.abort(savedAgain)
    this.wake()
  }
}
