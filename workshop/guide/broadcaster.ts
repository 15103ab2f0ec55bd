import type { Server } from 'socket.io'
import { CheckController } from './check-controller.ts'
import { CourseStore } from './course-store.ts'
import { DrillController } from './drills/index.ts'
import type { StreamUpdate, Snapshot, State } from './protocol.ts'
import { findEditor } from './editor.ts'
import { RunController } from './run-controller.ts'

const tickMs = 60

/** Holds the state of run, checks and drills, and sends changes to every page. */
export class Broadcaster {
  readonly course = new CourseStore(() => this.schedule())
  readonly run = new RunController(() => this.schedule())
  readonly checks = new CheckController({
    onChange: () => this.schedule(),
    onProgress: () => this.course.refresh(),
  })
  readonly drills = new DrillController(this.run, () => this.schedule())
  private editor: string | undefined
  private io: Server | undefined
  private timer: NodeJS.Timeout | undefined
  private lastState = ''
  private lastNames = ''

  /** Sends to all pages of this server from now on. */
  attach(io: Server): void {
    this.io = io
  }

  /** For a page that has just connected. @param build see {@link Snapshot} */
  snapshot(build: string): Snapshot {
    return { build, state: this.state, update: this.fullUpdate() }
  }

  /** Looks for an editor: one may have been opened since the last page was. */
  async refreshEditor(): Promise<void> {
    this.editor = await findEditor()
    this.schedule()
  }

  /** Ends everything that goes on. */
  async close(): Promise<void> {
    clearTimeout(this.timer)
    await Promise.all([this.checks.close(), this.course.close()])
    await this.run.close()
  }

  private get state(): State {
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

  // Changes within one tick are sent together: a page draws no faster anyway.
  private schedule(): void {
    this.timer ??= setTimeout(() => this.flush(), tickMs)
  }

  /** Sends what is different at once: a page gets it before the result of its request. */
  flush(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    const { state } = this
    const text = JSON.stringify(state)
    if (text !== this.lastState) this.io?.emit('state', state)
    this.lastState = text
    const flow = this.takeUpdate()
    const { lines, items, topology } = flow
    if (lines.length > 0 || items.length > 0 || topology) this.io?.emit('flow', flow)
  }

  private takeUpdate(): StreamUpdate {
    this.syncInstances()
    const { run } = this
    const { lines, skipped: skippedLines } = run.log.drain()
    const { items, skipped } = run.traffic?.drain() ?? { items: [], skipped: 0 }
    const changed = run.traffic?.topology.changed ?? false
    if (run.traffic) run.traffic.topology.changed = false
    const topology = changed ? run.traffic?.topology.current : undefined
    const published = run.traffic?.published ?? 0
    return { run: run.runNumber, lines, items, skipped, skippedLines, published, topology }
  }

  private fullUpdate(): StreamUpdate {
    const { run } = this
    return {
      run: run.runNumber,
      lines: run.log.snapshot(),
      items: run.traffic?.snapshot() ?? [],
      skipped: 0,
      skippedLines: 0,
      published: run.traffic?.published ?? 0,
      topology: run.traffic?.topology.current,
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
