import { watch } from 'chokidar'
import { dirname } from 'node:path'
import { type Step, readProgress, steps } from '../course/index.ts'
import { dataPath } from '../paths.ts'
import type { StepInfo } from './protocol.ts'

/** The course and how far the learner has come, which is what the command line says, too. */
export class CourseStore {
  steps: Step[] = []
  infos: StepInfo[] = []
  private unwatch = async (): Promise<void> => {}

  /** @param onChange called when there is progress, made here or by a command */
  constructor(private readonly onChange: () => void) {}

  /** Reads the course, and listens for progress. */
  async open(): Promise<void> {
    await this.refresh()
    const folder = dataPath()
    const facts = dataPath('progress')
    const watcher = watch(folder, {
      ignoreInitial: true,
      depth: 1,
      ignored: (path) => path !== folder && path !== facts && dirname(path) !== facts,
    })
    watcher.on('all', () => void this.refresh().catch(console.error))
    watcher.on('error', () => {}) // A folder that vanishes: the next command makes it again.
    this.unwatch = () => watcher.close()
  }

  /** Looks again. */
  async refresh(): Promise<void> {
    const [all, { passed, hints }] = await Promise.all([steps(), readProgress()])
    this.steps = all
    this.infos = all.map(({ number, slug, title }) => {
      return { number, slug, title, passed: slug in passed, hints: hints[slug] ?? 0 }
    })
    this.onChange()
  }

  /** Listens no more. */
  async close(): Promise<void> {
    await this.unwatch()
  }
}
