import type { LoadReport } from './load-protocol.ts'

/** What a load process writes down until it is asked for it. */
export class ReportBuffer {
  private report = blank()
  private copies: number[] = []
  private counted = 0

  /** @param first @param stride which numbers are its own, beside other processes */
  constructor(
    private readonly first: number,
    private readonly stride: number,
  ) {}

  /** A number that nobody else has. */
  number(): number {
    this.counted += 1
    return this.first + this.counted * this.stride
  }

  /** Writes something down. */
  add<Kind extends Exclude<keyof LoadReport, 'copies'>>(
    kind: Kind,
    note: LoadReport[Kind][number],
  ): void {
    const list: LoadReport[Kind][number][] = this.report[kind]
    list.push(note)
  }

  /** Writes down that a copy of a message came through a connection. */
  copy(message: number, connection: number, at: number): void {
    this.copies.push(message, connection, at)
  }

  /** Everything since the last time. */
  take(): LoadReport {
    const report = { ...this.report, copies: Float64Array.from(this.copies) }
    this.report = blank()
    this.copies = []
    return report
  }
}

function blank(): Omit<LoadReport, 'copies'> {
  return { begun: [], placed: [], ended: [], sent: [], answered: [] }
}
