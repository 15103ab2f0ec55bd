import { CheckController } from './check-controller.ts'
import { CourseStore } from './course-store.ts'
import { DrillController } from './drills/index.ts'
import type { State } from './protocol.ts'
import { findEditor } from './editor.ts'
import { RunController } from './run-controller.ts'
import { UpdateStream } from './update-stream.ts'

/** Holds the state of run, checks and drills, and sends changes to every page. */
export class Broadcaster extends UpdateStream {
  readonly course = new CourseStore(() => this.schedule())
  readonly run = new RunController(() => this.schedule())
  readonly checks = new CheckController({
    onChange: () => this.schedule(),
    onProgress: () => this.course.refresh(),
  })
  readonly drills = new DrillController(this.run, () => this.schedule())
  private editor: string | undefined
  private lastNames = ''

  /** Looks for an editor: one may have been opened since the last page was. */
  async refreshEditor(): Promise<void> {
    this.editor = await findEditor()
    this.schedule()
  }

  override async close(): Promise<void> {
    await super.close()
    await Promise.all([this.checks.close(), this.course.close()])
    await this.run.close()
  }

  override flush(): void {
    this.syncInstances()
    super.flush()
  }

  protected get state(): State {
    const { checks, onSave } = this.checks
    const { infos, inClassroom } = this.course
    const { editor, drills } = this
    return {
      steps: infos,
      run: this.run.info,
      checks,
      onSave,
      drill: drills.last,
      editor,
      inClassroom,
    }
  }

  private syncInstances(): void {
    const places = this.run.current?.run?.instances.slots ?? []
    const names = places.map(({ name }) => name)
    if (names.join() === this.lastNames) return
    this.lastNames = names.join()
    this.run.traffic?.topology.setInstances(names)
  }
}
