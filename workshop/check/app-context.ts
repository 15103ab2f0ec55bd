import type { HostPort, Instance } from '../process/index.ts'
import type { Recording, RedisProxy } from '../proxy/index.ts'

/** How long a program may take for anything that has no limit of its own, in milliseconds. */
export const defaultTimeoutMs = 5_000

/** What a program was started with. */
export interface AppContext {
  tap: RedisProxy
  recording: Recording
  env: Record<string, string>
  /** Where its Redis is, as its config vars say. */
  redis: HostPort
  /** Starts the same again: name, config vars and tap stay. */
  restart: () => Promise<Instance>
  signal: AbortSignal
}

/** How `Program.until` waits, and what it says when that was in vain. */
export interface WaitUntilOptions {
  /** Default: `patience`. */
  withinMs?: number
  /** From the moment this is true on it waits a second, not more. */
  shortenWhen?: () => boolean
  /** What came instead; what became of the program when it returns nothing. */
  received?: () => string | undefined
}
