import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'

/** An address a program tried to connect to. */
export interface HostPort {
  host: string
  port: number
}

/** What the preloaded module reports about the program of an instance. */
export interface PreloadEvent {
  /** It connects to this address. */
  connecting?: HostPort
  /** It listens on this port. */
  listening?: number
  /** It read this config var. */
  read?: string
  /** It added a listener for this signal, or for `exit` or `beforeExit`. */
  listensTo?: string
  /** The stack of a mistake in its code: an 'error' listener has received it, or has thrown it. */
  error?: string
  /** Its clock was moved on to this time, in ms since 1970: see `long-timers.ts`. */
  clock?: number
}

/** Reads the reports of `preload.ts` on file descriptor 3. @returns when the instance has ended */
export function readPreloadEvents(
  child: ChildProcess,
  onEvent: (event: PreloadEvent) => void,
): Promise<void> {
  const pipe = child.stdio[3]
  if (!(pipe instanceof Readable)) return Promise.resolve()
  const lines = createInterface({ input: pipe })
  lines.on('error', () => {}) // A broken pipe: nothing will be reported any more.
  lines.on('line', (line) => onEvent(parse(line)))
  return new Promise((resolve) => {
    lines.on('close', () => resolve())
    pipe.on('close', () => resolve())
  })
}

// Only `preload.ts` should write there, but a program can write to the descriptor as well.
function parse(line: string): PreloadEvent {
  try {
    return Object(JSON.parse(line))
  } catch {
    return {}
  }
}
