import type { ChildProcess } from 'node:child_process'

/** The log of a starting Redis, until it is ready or has ended. */
export interface StartupLog {
  /** Resolves when it logs that it accepts connections; rejects when it ends before. */
  ready: Promise<void>
  /** Whether the process has ended. */
  exited(): boolean
  /** Why it did not start, in one line; empty when it logged nothing. */
  reason(): string
  /** Whether another program had the port. */
  portTaken(): boolean
  /** From now on reads and drops: a full pipe would block Redis. */
  drain(): void
}

const kept = 16 * 1024

/** Begins to listen to a Redis that was just spawned. */
export function watchStartup(child: ChildProcess): StartupLog {
  let text = ''
  let gone = false
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null)
  const ready = new Promise<void>((resolve, reject) => {
    for (const stream of streams) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        text = (text + chunk).slice(-kept)
        if (text.includes('Ready to accept connections')) resolve()
      })
    }
    child.once('error', reject)
    child.once('exit', () => {
      gone = true
    })
    // 'close' comes after the last of its output, 'exit' may come before.
    child.once('close', () => reject(new Error('it ended at once, without a word')))
  })
  return {
    ready,
    exited: () => gone,
    reason: () => (gone ? reasonIn(text) : ''),
    portTaken: () => /address already in use|port is already allocated/i.test(text),
    drain() {
      for (const stream of streams) stream.removeAllListeners('data').resume()
    },
  }
}

// The end of the log has the reason. A line begins '5671:M 22 Nov 2026 06:56:12.345 # '.
function reasonIn(log: string): string {
  const lines = log.split('\n').map((line) => line.replace(/^\d+:\w .*?\d\d\.\d{3} \S /, ''))
  const messages = lines.map((line) => line.trim()).filter((line) => line !== '')
  return messages.slice(-2).join(' ')
}
