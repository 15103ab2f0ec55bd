import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../paths.ts'

// Which goal catches which wrong program: the number of the goal, by the program's name. With
// it `npm test` runs that goal alone. `npm test all` runs every goal and writes this anew.

/** What was learnt about the wrong programs of one step. */
export class FailingGoalCache {
  private readonly file: string
  private readonly known: Record<string, number>
  private readonly found: Record<string, number> = {}

  /** @param slug the step's */
  constructor(slug: string) {
    this.file = join(root, 'tests', slug, 'failing-goals.json')
    this.known = read(this.file)
  }

  /** The goals that a program has to be tried on: the one that catches it, or all. */
  select<T>(program: string, goals: readonly T[]): readonly T[] {
    const goal = goals[(this.known[program] ?? 0) - 1]
    return goal ? [goal] : goals
  }

  /** Remembers that this goal has caught a program. @param number counted from 1 */
  record(program: string, number: number): void {
    this.found[program] = number
  }

  /** Writes what was learnt, if it is news. @param programs those there are now */
  save(programs: readonly string[]): void {
    const numbers = { ...this.known, ...this.found }
    const kept = programs.toSorted().flatMap((program) => {
      const number = numbers[program]
      return number ? [[program, number] as const] : []
    })
    const text = format(Object.fromEntries(kept))
    if (text !== format(this.known)) writeFileSync(this.file, text)
  }
}

function format(numbers: Record<string, number>): string {
  return JSON.stringify(numbers, undefined, 2) + '\n'
}

function read(file: string): Record<string, number> {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return {} // Not there yet: every goal is run.
  }
}
