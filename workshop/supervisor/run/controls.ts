import { readKeys } from './keyboard.ts'
import type { Printer } from './printer.ts'
import type { StepRun } from './step-run.ts'
import type { WayOut } from './way-out.ts'
import type { WireLines } from './wire-lines.ts'

/** What the keys act upon. */
export interface ControlOptions {
  run: StepRun
  wire: WireLines
  printer: Printer
  wayOut: WayOut
}

const help =
  'Keys: + one more, - stop the newest, 1-9 SIGTERM to that one, w wire, r Redis gone, q quit'

/** The keys of a run. */
export class Controls {
  constructor(private readonly options: ControlOptions) {}

  /** Says which keys there are, and begins to read them. @returns how to stop that */
  async take(): Promise<() => void> {
    this.options.printer.say(help)
    return readKeys((key) => this.press(key))
  }

  private press(key: string): void {
    const { run, wire, printer, wayOut } = this.options
    if (key === '+') run.attempt(run.crew.add())
    else if (key === '-') run.attempt(run.crew.removeNewest())
    else if (key === 'w') printer.say(wire.toggle())
    else if (key === 'r') run.attempt(this.toggleRedis())
    else if (key === 'q' || key === '\u0004') wayOut.end()
    else if (key === '\u0003') wayOut.interrupt()
    else if (key === '\r')
      printer.say('') // Room to read, as in any terminal.
    else if (/^[1-9]$/.test(key)) this.terminate(Number(key))
  }

  private async toggleRedis(): Promise<void> {
    const { run, printer } = this.options
    const away = !run.taps.away
    await run.taps.setAway(away)
    printer.say(
      away
        ? 'Redis is gone: connections are cut and refused; r brings it back'
        : 'Redis is back',
    )
  }

  private terminate(number: number): void {
    const { run, printer } = this.options
    if (!run.crew.terminate(number))
      printer.say(`There is no instance ${number} in this terminal`)
  }
}
