import {
  type Recording,
  type WireEvent,
  formatWire,
  isIntroduction,
  whenComplete,
} from '../../wire/index.ts'
import type { Printer } from './printer.ts'

/** Prints the wire of a run beside what its instances print. */
export class WireLines {
  private first: WireEvent | undefined

  /** @param shown whether it is printed from the start */
  constructor(
    recording: Recording,
    private readonly printer: Printer,
    private shown: boolean,
  ) {
    recording.on((event) => (this.first ??= event))
    whenComplete(recording, (event) => this.show(event))
  }

  /** Shows the wire, or hides it. @returns what it does now, for people */
  toggle(): string {
    this.shown = !this.shown
    return this.shown ? 'The wire is shown; w hides it' : 'The wire is hidden; w shows it'
  }

  private show(event: WireEvent): void {
    if (!this.shown || isIntroduction(event)) return
    // Times are told relative to the first of the events given.
    const lines = formatWire([this.first ?? event, event], { width: this.printer.room() })
    this.printer.aside('wire', lines.at(-1) ?? '')
  }
}
