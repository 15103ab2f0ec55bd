import type { Readable } from 'node:stream'
import { showControls } from '../terminal-text.ts'

/** A line an instance printed. */
export interface OutputLine {
  stream: 'stdout' | 'stderr'
  /** At most 2,000 characters; colors are removed, other control characters are visible. */
  text: string
  /** Milliseconds on the clock of `performance.now()`. */
  at: number
}

const maxLineLength = 2_000
const maxLines = 5_000

/** Collects what an instance prints, within bounds: a program in a loop must not fill the memory. */
export class OutputReader {
  readonly lines: OutputLine[] = []
  /** The program printed more than a person would read; the rest is not kept. */
  truncated = false

  /** @param onLine receives every line, also those that are not kept */
  constructor(private readonly onLine: (line: OutputLine) => void) {}

  /** Reads a stream to its end. @returns when it has ended */
  read(from: Readable, stream: OutputLine['stream']): Promise<void> {
    let unfinished = ''
    return new Promise((resolve) => {
      from.setEncoding('utf8').on('data', (chunk: string) => {
        const lines = (unfinished + chunk).split(/\r?\n/)
        // A line without end must not fill the memory either.
        unfinished = (lines.pop() ?? '').slice(0, maxLineLength)
        for (const line of lines) this.add(stream, line)
      })
      from.on('error', () => from.destroy())
      from.on('close', () => {
        if (unfinished) this.add(stream, unfinished)
        resolve()
      })
    })
  }

  private add(stream: OutputLine['stream'], raw: string): void {
    const text = showControls(raw.slice(0, maxLineLength))
    const line = { stream, text, at: performance.now() }
    if (this.lines.length < maxLines) this.lines.push(line)
    else this.truncated = true
    this.onLine(line)
  }
}
