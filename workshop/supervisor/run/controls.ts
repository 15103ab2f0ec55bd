import type { Crew } from './crew.ts'
import { readKeys } from './keyboard.ts'
import type { Printer } from './printer.ts'
import type { Taps } from './taps.ts'
import type { WayOut } from './way-out.ts'

/** What the keys act upon. */
export interface ControlOptions {
  crew: Crew
  taps: Taps
  printer: Printer
  wayOut: WayOut
  /** Sees to what goes wrong in a task nobody waits for. */
  attempt: (task: Promise<void>) => void
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
    const { crew, taps, printer, wayOut, attempt } = this.options
    if (key === '+') attempt(crew.add())
    else if (key === '-') attempt(crew.removeNewest())
    else if (key === 'w') printer.say(taps.toggleWire())
    else if (key === 'r') attempt(taps.toggleRedis())
    else if (key === 'q' || key === '\u0004') wayOut.end()
    else if (key === '\u0003') wayOut.interrupt()
    else if (key === '\r')
      printer.say('') // Room to read, as in any terminal.
    else if (/^[1-9]$/.test(key)) this.terminate(Number(key))
  }

  private terminate(number: number): void {
    const { crew, printer } = this.options
    if (!crew.terminate(number)) printer.say(`There is no instance ${number} in this terminal`)
  }
}
