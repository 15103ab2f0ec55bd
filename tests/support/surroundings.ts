import type { Address, Instance } from '../../workshop/supervisor/index.ts'
import type { Recording, Tap } from '../../workshop/wire/index.ts'

/** How long a program may take for anything that has no limit of its own, in milliseconds. */
export const patience = 5_000

/** What a program was started with. */
export interface Surroundings {
  tap: Tap
  recording: Recording
  env: Record<string, string>
  /** Where its Redis is, as its config vars say. */
  redis: Address
  /** Starts the same again: name, config vars and tap stay. */
  restart: () => Promise<Instance>
  signal: AbortSignal
}

/** How `Program.until` waits, and what it says when that was in vain. */
export interface UntilOptions {
  /** Default: `patience`. */
  withinMs?: number
  /** From the moment this is true on it waits a second, not more. */
  hurried?: () => boolean
  /** What came instead; what became of the program when it returns nothing. */
  received?: () => string | undefined
}
