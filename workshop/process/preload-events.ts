import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'

/** An address a program tried to connect to. */
export interface HostPort {
  host: string
  port: number
}

/** What the guard inside of an instance reports of the program. */
export interface PreloadEvent {
  /** It connects. */
  dialled?: HostPort
  /** It listens on this port. */
  listening?: number
  /** It looked at this config var. */
  read?: string
  /** It listens to this signal, or to `exit` or `beforeExit`. */
  listensTo?: string
}

/** Reads what the guard of an instance reports on file descriptor 3. @returns when it has ended */
export function readPreloadEvents(
  child: ChildProcess,
  onFact: (fact: PreloadEvent) => void,
): Promise<void> {
  const pipe = child.stdio[3]
  if (!(pipe instanceof Readable)) return Promise.resolve()
  const lines = createInterface({ input: pipe })
  lines.on('error', () => {}) // A broken pipe: nothing will be reported any more.
  lines.on('line', (line) => onFact(parse(line)))
  return new Promise((resolve) => {
    lines.on('close', () => resolve())
    pipe.on('close', () => resolve())
  })
}

// Only the guard writes there, but a program can reach the descriptor and write as well.
function parse(line: string): PreloadEvent {
  try {
    return Object(JSON.parse(line))
  } catch {
    return {}
  }
}
