import type { EmittedError, HostPort, Instance, OutputLine } from '../process/index.ts'
import type { Recording, RedisProxy } from '../proxy/index.ts'

/** How long an app may take for anything that has no limit of its own, in milliseconds. */
export const defaultTimeoutMs = 5_000

/** Where an app finds its Redis: `ports` has those of all nodes, when it is a cluster. */
export interface RedisPlace extends HostPort {
  ports?: readonly number[]
}

/** What an app was started with. */
export interface AppContext {
  proxy: RedisProxy
  recording: Recording
  /** Where in the trace each line was printed, and each error emitted. */
  seqs: WeakMap<OutputLine | EmittedError, number>
  env: Record<string, string>
  /** Where its Redis is, from its config vars. */
  redis: RedisPlace
  /** Starts the same again: name, config vars and proxy stay. */
  restart: () => Promise<Instance>
  signal: AbortSignal
}

/** How a test bed or an app waits for something. */
export interface WaitUntilOptions {
  /** Default: `defaultTimeoutMs`. */
  withinMs?: number
  /** From the moment this is true on it waits a second, not more. */
  shortenWhen?: () => boolean
}
