import type { CompileError, OutputLine } from '../process/index.ts'
import type { RunReporter } from '../session/index.ts'
import type { Line } from './protocol.ts'
import { RingBuffer } from './ring-buffer.ts'

const kept = 600
const mostPerFlow = 150

/** What instances, router and runner have said, for pages that look now or later. */
export class LogBuffer implements RunReporter {
  private readonly lines = new RingBuffer<Line>(kept)
  private pending: Line[] = []
  private skipped = 0
  private next = 1

  /** @param onChange called when there is something to tell */
  constructor(private readonly onChange: () => void) {}

  instanceOutput(name: string, { stream, text }: OutputLine): void {
    this.add(name, stream === 'stderr' ? 'err' : 'out', text)
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
    for (const { text, location } of problems) {
      const place = location ? `${location.file}:${location.line}:${location.column + 1}: ` : ''
      this.add('run', 'err', place + text)
    }
  }

  reserveLabel(): void {}

  /** What came since this was asked last. */
  drain(): { lines: Line[]; skipped: number } {
    const fresh = { lines: this.pending, skipped: this.skipped }
    this.pending = []
    this.skipped = 0
    return fresh
  }

  /** The last lines there were. */
  snapshot(): Line[] {
    return this.lines.last(kept)
  }

  // A program in a loop prints more than anybody reads: of that, the first lines are told.
  private add(from: string, kind: Line['kind'], text: string): void {
    const line = { id: this.next++, from, kind, text }
    this.lines.push(line)
    if (this.pending.length < mostPerFlow) this.pending.push(line)
    else this.skipped += 1
    this.onChange()
  }
}
