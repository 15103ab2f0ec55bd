import { watch } from 'chokidar'
import { dirname } from 'node:path'
import { readMembership } from '../classroom/membership.ts'
import { type Step, readProgress, stepStates, steps } from '../course/index.ts'
import { dataPath } from '../paths.ts'
import type { StepInfo } from './protocol.ts'

/** The course and the learner's progress, the same as on the command line. */
export class CourseStore {
  steps: Step[] = []
  infos: StepInfo[] = []
  inClassroom = false
  private unwatch = async (): Promise<void> => {}

  /** @param onChange called when there is progress, made here or by a command */
  constructor(private readonly onChange: () => void) {}

  /** Reads the course, and watches for progress. */
  async open(): Promise<void> {
    await this.refresh()
    const folder = dataPath()
    const facts = new Set([dataPath('progress'), dataPath('classroom')])
    const watcher = watch(folder, {
      ignoreInitial: true,
      depth: 1,
      ignored: (path) =>
        path !== folder && ![path, dirname(path)].some((one) => facts.has(one)),
    })
    watcher.on('all', () => void this.refresh().catch(console.error))
    watcher.on('error', () => {}) // A folder that vanishes: the next command makes it again.
    this.unwatch = () => watcher.close()
  }

  /** Looks again. */
  async refresh(): Promise<void> {
    const [all, { hints }, states] = await Promise.all([steps(), readProgress(), stepStates()])
    this.steps = all
    this.inClassroom = (await readMembership()) !== undefined
    this.infos = all.map(({ number, slug, title, lesson }) => {
      const state = states[slug] ?? 'open'
      return {
        number,
        slug,
        title,
        state,
        minutes: lesson.minutes,
        hints: hints[slug] ?? 0,
      }
    })
    this.onChange()
  }

  /** Stops watching. */
  async close(): Promise<void> {
    await this.unwatch()
  }
}
