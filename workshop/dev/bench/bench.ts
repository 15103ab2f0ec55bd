import { rm } from 'node:fs/promises'
import { dataPath } from '../../paths.ts'
import { CliProcess } from '../cli-process.ts'
import { type TableRow, median, rowLine, time } from './table.ts'

/** What every section works with. */
export class Bench {
  /** How long a bare Node takes to start and end, in milliseconds: the unit of all ratios. */
  nodeMs = NaN
  private readonly folders: string[] = []
  private readonly endings: (() => Promise<void>)[] = []

  /** A folder of its own, with a name that breaks careless scripts; removed in the end. */
  folder(name: string): string {
    const folder = dataPath('tmp', `bénch ${process.pid} ${name}`)
    this.folders.push(folder)
    return folder
  }

  /** Has something else ended in the end, whatever the way out. It may have ended before. */
  alsoEnd(end: () => Promise<void>): void {
    this.endings.push(end)
  }

  /** Prints a headline. */
  section(name: string): void {
    console.log(`\n${name}`)
  }

  /** Prints a line. */
  row(row: TableRow): void {
    console.log(rowLine(row))
  }

  /** Prints the median of some times, and how often a bare Node would have started meanwhile. */
  times(what: string, ms: readonly number[], aim = ''): void {
    const middle = median(ms)
    const ratio = Number.isNaN(this.nodeMs) ? '' : `${(middle / this.nodeMs).toFixed(1)} × node`
    this.row({ what, value: time(middle), ratio, aim })
  }

  /** Ends what still runs, and removes what was made. */
  async clear(): Promise<void> {
    await Promise.all([CliProcess.endAll(), ...this.endings.map((end) => end())])
    const options = { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }
    await Promise.all(this.folders.map((folder) => rm(folder, options)))
  }
}

/** Does something several times. @returns how long each took, in milliseconds */
export async function measure(times: number, task: () => Promise<unknown>): Promise<number[]> {
  const ms: number[] = []
  for (let i = 0; i < times; i++) {
    const start = performance.now()
    await task()
    ms.push(performance.now() - start)
  }
  return ms
}

/** Waits for a command's end. @throws when it is not a good one, with what it printed */
export async function succeed(terminal: CliProcess): Promise<void> {
  const { code } = await terminal.ended
  if (code !== 0) throw new Error(`it ended with exit code ${code}:\n${terminal.output}`)
}
