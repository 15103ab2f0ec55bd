import { styleText } from 'node:util'
import { formatNextStep } from '../check/next-step.ts'
import { verdictLines } from '../check/report.ts'
import { startReport } from '../classroom/membership.ts'
import { CheckSession } from '../check/check-session.ts'
import { NotJudgedError, checkAgainMs, describeAgain } from '../check/not-judged.ts'
import {
  type Step,
  currentStep,
  requireRunnableStep,
  fingerprint,
  nextStep,
  recordPass,
} from '../course/index.ts'
import { requireLocalhost } from '../course/doctor/network.ts'
import { UserError } from '../errors.ts'
import { findRedisServer } from '../redis/index.ts'
import { watchFolder } from '../session/watch.ts'
import { ShutdownSignal } from '../session/shutdown.ts'

/** `npm run watch [4]`: checks a step at every save, until Ctrl+C. */
export async function run(words: string[]): Promise<number> {
  const [word, ...more] = words
  if (more.length > 0) throw new UserError('One step at a time: npm run watch 4')
  const shutdown = new ShutdownSignal()
  const saves = new SaveWatcher()
  void shutdown.requested.promise.then(() => saves.end())
  try {
    await requireLocalhost()
    const server = await findRedisServer({ log: (line) => console.error(line) })
    let step: Step | undefined = await requireRunnableStep(word ?? (await currentStep()).slug)
    console.log(`Checking with ${server.name} at every save. Ctrl+C ends.`)
    // With a number it stays at that step; without one it goes on with the course.
    while (step) step = await watchStep(step, saves, word === undefined)
    return 0
  } finally {
    await saves.close()
    shutdown.close()
  }
}

// Until the watching ends, or until the step has passed and there is another one to go on with.
async function watchStep(
  step: Step,
  saves: SaveWatcher,
  goesOn: boolean,
): Promise<Step | undefined> {
  console.log(`\nWatching steps/${step.slug}`)
  const session = await CheckSession.open(step.slug)
  try {
    await saves.of(step.folder)
    for (;;) {
      const passed = await checkOnce(session, step, saves)
      const next = passed && goesOn ? await nextStep() : undefined
      if (next && next.slug !== step.slug) return await requireRunnableStep(next.slug)
      if (!(await saves.next())) return undefined
    }
  } finally {
    await session.close()
  }
}

// A save during a check makes its result worthless: the check is ended, and the next one begins.
async function checkOnce(
  session: CheckSession,
  step: Step,
  saves: SaveWatcher,
): Promise<boolean> {
  const signal = saves.signal()
  const report = startReport()
  const code = await fingerprint(step.slug)
  const verdict = await session.run(step.folder, signal).catch((error) => {
    if (error === superseded) return undefined
    if (!(error instanceof NotJudgedError)) throw error
    console.log(`\n${describeAgain(error)}`)
    saves.later()
  })
  if (!verdict) return false
  const time = styleText('dim', new Date().toLocaleTimeString('en-GB'))
  const name = styleText('bold', `Step ${step.number} · ${step.title}`)
  console.log(`\n${time}  ${name}  ${styleText('dim', `${verdict.ms} ms`)}`)
  for (const line of verdictLines(verdict)) console.log(line)
  if (verdict.passed) await recordPass(step, { code })
  const note = await report(verdict)
  if (note) console.log(styleText('dim', `\n${note}`))
  if (!verdict.passed) return false
  for (const line of await formatNextStep(verdict)) console.log(line)
  return true
}

const superseded = new Error('a file was saved again')

/** The saves of a folder, so that none is missed and many at once count as one. */
class SaveWatcher {
  private ended = false
  private waiting = false
  private wake = () => {}
  private stop = new AbortController()
  private again: NodeJS.Timeout | undefined
  private unwatch = async () => {}

  /** Watches this folder instead of any before. What is saved from now on is noticed. */
  async of(folder: string): Promise<void> {
    await this.unwatch()
    this.unwatch = await watchFolder(folder, () => this.onSave())
  }

  /** Aborts at the next save, with `superseded` as its reason. What was saved before is seen. */
  signal(): AbortSignal {
    clearTimeout(this.again)
    this.waiting = false
    this.stop = new AbortController()
    if (this.ended) this.stop.abort(superseded)
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

  /** Soon it is as if a file had been saved. */
  later(): void {
    this.again = setTimeout(() => this.onSave(), checkAgainMs)
  }

  /** Ends the watching, also in the middle of a check. */
  end(): void {
    this.ended = true
    this.onSave()
  }

  /** Lets the folder go. */
  async close(): Promise<void> {
    clearTimeout(this.again)
    await this.unwatch()
  }

  private onSave(): void {
    this.waiting = true
    this.stop.abort(superseded)
    this.wake()
  }
}
