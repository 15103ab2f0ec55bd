import { type Recording, type WireEvent, formatEvents, isHandshake } from '../proxy/index.ts'
import type { TerminalReporter } from './terminal-reporter.ts'

/** Prints the wire of a run beside what its instances print. */
export class TrafficPrinter {
  private first: WireEvent | undefined
  private printedSeq = 0

  /** @param shown whether it is printed from the start */
  constructor(
    recording: Recording,
    private readonly reporter: Pick<TerminalReporter, 'lineWidth' | 'note'>,
    private shown: boolean,
  ) {
    recording.onEvent((event) => (this.first ??= event))
    recording.onCompleted((event) => this.show(event))
  }

  /** Shows the wire, or hides it. @returns what it does now, for people */
  toggle(): string {
    this.shown = !this.shown
    return this.shown ? 'The wire is shown; w hides it' : 'The wire is hidden; w shows it'
  }

  private show(event: WireEvent): void {
    if (!this.shown || isHandshake(event)) return
    const [line = ''] = formatEvents([event], {
      width: this.reporter.lineWidth(),
      since: this.first?.at,
      printedSeq: this.printedSeq,
    })
    this.printedSeq = Math.max(this.printedSeq, event.seq)
    this.reporter.note('wire', line)
  }
}
