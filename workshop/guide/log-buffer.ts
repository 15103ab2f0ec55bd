import type { CompileError, OutputLine } from '../process/index.ts'
import type { RunReporter } from '../session/index.ts'
import type { BuildError, Line } from './protocol.ts'
import { RingBuffer } from './ring-buffer.ts'

const kept = 600
const mostPerFlow = 150

/** What instances, router and runner have printed, for pages that connect now or later. */
export class LogBuffer implements RunReporter {
  /** Why the last build failed; empty after a build that did not. */
  buildErrors: BuildError[] = []
  private readonly lines = new RingBuffer<Line>(kept)
  private pending: Line[] = []
  private skipped = 0
  private next = 1

  /** @param onChange called when there is something to send */
  constructor(private readonly onChange: () => void) {}

  instanceOutput(name: string, { stream, text }: OutputLine): void {
    this.add(name, stream === 'stderr' ? 'err' : 'out', text)
  }

  // Without the command that ends it: the page has a menu for that.
  instanceStarted(name: string, { pid, port }: { pid: number; port: number }): void {
    this.instanceNote(name, `process ${pid}, PORT=${port}`)
  }

  instanceNote(name: string, text: string): void {
    this.add(name, 'remark', text)
  }

  note(name: 'router', text: string): void {
    this.add(name, 'out', text)
  }

  message(text: string): void {
    this.add('run', 'remark', text)
  }

  compileError({ problems }: CompileError): void {
    this.buildErrors = problems.map(({ text, location }) => {
      if (!location) return { text, location: '', frame: '' }
      const { file, line, column, lineText } = location
      const frame = `${lineText}\n${' '.repeat(column)}^`
      return { text, location: `${file}:${line}:${column + 1}`, frame }
    })
    for (const { text, location } of this.buildErrors)
      this.add('run', 'err', location ? `${location}: ${text}` : text)
  }

  compiled(): void {
    this.buildErrors = []
    this.onChange()
  }

  reserveLabel(): void {}

  /** What came since this was asked last. */
  drain(): Line[] {
    const fresh = this.pending
    if (this.skipped > 0) {
      const text = `${this.skipped.toLocaleString('en')} more lines at that moment, not shown`
      fresh.push({ id: this.next++, from: 'run', kind: 'remark', text })
    }
    this.pending = []
    this.skipped = 0
    return fresh
  }

  /** The last lines there were. */
  snapshot(): Line[] {
    return this.lines.last(kept)
  }

  // A program in a loop prints more than can be read: of that, the first lines are sent, and
  // how many followed.
  private add(from: string, kind: Line['kind'], text: string): void {
    const line = { id: this.next++, from, kind, text }
    this.lines.push(line)
    if (this.pending.length < mostPerFlow) this.pending.push(line)
    else this.skipped += 1
    this.onChange()
  }
}
