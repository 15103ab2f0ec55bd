import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'

/** A line an instance printed. */
export interface OutputLine {
  stream: 'stdout' | 'stderr'
  /** Without colours, at most 2,000 characters. */
  text: string
  /** Milliseconds on the clock of `performance.now()`. */
  at: number
}

const longest = 2_000
const mostLines = 5_000

/** Collects what an instance prints, within bounds: a program in a loop must not fill the memory. */
export class Output {
  readonly lines: OutputLine[] = []
  /** The program printed more than anybody would read; the rest was thrown away. */
  flooded = false

  constructor(private readonly onLine: (line: OutputLine) => void) {}

  /** Reads a stream to its end. @returns when it has ended */
  read(from: Readable, stream: OutputLine['stream']): Promise<void> {
    return new Promise((resolve) => {
      createInterface({ input: from, crlfDelay: Infinity })
        .on('line', (text) => this.add(stream, text))
        .on('close', resolve)
    })
  }

  private add(stream: OutputLine['stream'], raw: string): void {
    if (this.lines.length >= mostLines) {
      this.flooded = true
      return
    }
    const text = stripVTControlCharacters(raw.slice(0, longest))
    const line = { stream, text, at: performance.now() }
    this.lines.push(line)
    this.onLine(line)
  }
}
