import type { CompileError, OutputLine } from '../supervisor/index.ts'
import type { Audience } from '../supervisor/run/index.ts'
import type { Line } from './protocol.ts'
import { Ring } from './ring.ts'

const kept = 600
const mostPerFlow = 150

/** What instances, router and runner have said, for pages that look now or later. */
export class LogBook implements Audience {
  private readonly lines = new Ring<Line>(kept)
  private fresh: Line[] = []
  private skipped = 0
  private next = 1

  /** @param onNews called when there is something to tell */
  constructor(private readonly onNews: () => void) {}

  line(name: string, { stream, text }: OutputLine): void {
    this.add(name, stream === 'stderr' ? 'err' : 'out', text)
  }

  remark(name: string, text: string): void {
    this.add(name, 'remark', text)
  }

  aside(name: 'router', text: string): void {
    this.add(name, 'out', text)
  }

  say(text: string): void {
    this.add('run', 'remark', text)
  }

  compileError({ problems }: CompileError): void {
    for (const { text, location } of problems) {
      const place = location ? `${location.file}:${location.line}:${location.column + 1}: ` : ''
      this.add('run', 'err', place + text)
    }
  }

  makeRoomFor(): void {}

  /** What came since this was asked last. */
  takeFresh(): { lines: Line[]; skipped: number } {
    const fresh = { lines: this.fresh, skipped: this.skipped }
    this.fresh = []
    this.skipped = 0
    return fresh
  }

  /** The last lines there were. */
  recent(): Line[] {
    return this.lines.last(kept)
  }

  // A program in a loop prints more than anybody reads: of that, the first lines are told.
  private add(from: string, kind: Line['kind'], text: string): void {
    const line = { id: this.next++, from, kind, text }
    this.lines.push(line)
    if (this.fresh.length < mostPerFlow) this.fresh.push(line)
    else this.skipped += 1
    this.onNews()
  }
}
