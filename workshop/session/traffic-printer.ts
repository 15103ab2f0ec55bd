import { type Recording, type WireEvent, formatEvents, isHandshake } from '../proxy/index.ts'
import type { TerminalReporter } from './terminal-reporter.ts'

/** Prints the wire of a run beside what its instances print. */
export class TrafficPrinter {
  private first: WireEvent | undefined
  private printedSeq = 0

  /**
   * @param shown whether it is printed from the start
   * @param named gives an event the name to be printed; by default that of the instance
   */
  constructor(
    recording: Recording,
    private readonly reporter: Pick<TerminalReporter, 'lineWidth' | 'note'>,
    private shown: boolean,
    private readonly named = (event: WireEvent) => event,
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
    const named = this.named(event)
    if (!this.shown || isHandshake(event)) return
    const [line = ''] = formatEvents([named], {
      width: this.reporter.lineWidth(),
      since: this.first?.at,
      printedSeq: this.printedSeq,
    })
    this.printedSeq = Math.max(this.printedSeq, event.seq)
    this.reporter.note('wire', line)
  }
}
