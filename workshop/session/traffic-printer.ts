import {
  type Recording,
  type WireEvent,
  formatEvents,
  isClientSetup,
  onCompleted,
} from '../proxy/index.ts'
import type { TerminalReporter } from './terminal-reporter.ts'

/** Prints the wire of a run beside what its instances print. */
export class TrafficPrinter {
  private first: WireEvent | undefined

  /** @param shown whether it is printed from the start */
  constructor(
    recording: Recording,
    private readonly printer: TerminalReporter,
    private shown: boolean,
  ) {
    recording.onEvent((event) => (this.first ??= event))
    onCompleted(recording, (event) => this.show(event))
  }

  /** Shows the wire, or hides it. @returns what it does now, for people */
  toggle(): string {
    this.shown = !this.shown
    return this.shown ? 'The wire is shown; w hides it' : 'The wire is hidden; w shows it'
  }

  private show(event: WireEvent): void {
    if (!this.shown || isClientSetup(event)) return
    // Times are told relative to the first of the events given.
    const lines = formatEvents([this.first ?? event, event], {
      width: this.printer.lineWidth(),
    })
    this.printer.note('wire', lines.at(-1) ?? '')
  }
}
