import type { Server } from 'socket.io'
import { CheckDesk } from './check-desk.ts'
import { CourseDesk } from './course-desk.ts'
import { DrillDesk } from './drills/index.ts'
import type { Flow, Hello, State } from './protocol.ts'
import { RunDesk } from './run-desk.ts'

const tickMs = 60

/** Everything that goes on, and how every page gets to know of it. */
export class Hub {
  readonly course = new CourseDesk(() => this.touch())
  readonly run = new RunDesk(() => this.touch())
  readonly checks = new CheckDesk({
    onNews: () => this.touch(),
    onPass: () => this.course.refresh(),
  })
  readonly drills = new DrillDesk(this.run, () => this.touch())
  private io: Server | undefined
  private timer: NodeJS.Timeout | undefined
  private told = ''
  private names = ''

  /** Tells all pages of this server from now on. */
  serve(io: Server): void {
    this.io = io
  }

  /** For a page that has just come, or come back. @param build see {@link Hello} */
  hello(build: string): Hello {
    return { build, state: this.state, flow: this.everything() }
  }

  /** Ends everything that goes on. */
  async close(): Promise<void> {
    clearTimeout(this.timer)
    await Promise.all([this.checks.close(), this.course.close()])
    await this.run.close()
  }

  private get state(): State {
    const { checks, onSave } = this.checks
    const { infos } = this.course
    return { steps: infos, run: this.run.info, checks, onSave, drill: this.drills.last }
  }

  // Whatever happens within one tick is told together: a page draws no faster anyway.
  private touch(): void {
    this.timer ??= setTimeout(() => this.tell(), tickMs)
  }

  /** Tells at once what is different. Who has asked for something sees it before the answer. */
  tell(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    const { state } = this
    const text = JSON.stringify(state)
    if (text !== this.told) this.io?.emit('state', state)
    this.told = text
    const flow = this.fresh()
    const { lines, items, picture } = flow
    if (lines.length > 0 || items.length > 0 || picture) this.io?.emit('flow', flow)
  }

  private fresh(): Flow {
    this.noteInstances()
    const { run } = this
    const { lines, skipped: skippedLines } = run.book.takeFresh()
    const { items, skipped } = run.feed?.takeFresh() ?? { items: [], skipped: 0 }
    const changed = run.feed?.picture.changed ?? false
    if (run.feed) run.feed.picture.changed = false
    const picture = changed ? run.feed?.picture.now : undefined
    const published = run.feed?.published ?? 0
    return { run: run.number, lines, items, skipped, skippedLines, published, picture }
  }

  private everything(): Flow {
    const { run } = this
    return {
      run: run.number,
      lines: run.book.recent(),
      items: run.feed?.recent() ?? [],
      skipped: 0,
      skippedLines: 0,
      published: run.feed?.published ?? 0,
      picture: run.feed?.picture.now,
    }
  }

  private noteInstances(): void {
    const places = this.run.current?.run?.crew.places ?? []
    const names = places.map(({ name }) => name)
    if (names.join() === this.names) return
    this.names = names.join()
    this.run.feed?.picture.setInstances(names)
  }
}
