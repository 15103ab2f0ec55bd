import type { Server } from 'socket.io'
import type { LogBuffer } from './log-buffer.ts'
import type { StreamUpdate, Snapshot, State } from './protocol.ts'
import type { TrafficFeed } from './traffic-feed.ts'

const tickMs = 60

/** What instances print, and what crosses the wire. */
export interface Flow {
  /** Counts the runs. */
  runNumber: number
  log: LogBuffer
  traffic: TrafficFeed | undefined
}

/** Sends what changes to every page of a server, 16 times a second at most. */
export abstract class UpdateStream {
  abstract readonly run: Flow
  protected abstract readonly state: State
  private io: Server | undefined
  private timer: NodeJS.Timeout | undefined
  private lastState = ''

  /** Sends to all pages of this server from now on. */
  attach(io: Server): void {
    this.io = io
  }

  /** For a page that has just connected. @param build see {@link Snapshot} */
  snapshot(build: string): Snapshot {
    return { build, state: this.state, update: this.fullUpdate() }
  }

  /** Ends everything that goes on. */
  async close(): Promise<void> {
    clearTimeout(this.timer)
  }

  // Changes within one tick are sent together: a page draws no faster anyway.
  protected schedule(): void {
    this.timer ??= setTimeout(() => this.flush(), tickMs)
  }

  /** Sends what is different at once: a page gets it before the result of its request. */
  flush(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    const { state } = this
    const text = JSON.stringify(state)
    if (text !== this.lastState) this.io?.emit('state', state)
    this.lastState = text
    const flow = this.takeUpdate()
    const { lines, items, topology } = flow
    if (lines.length > 0 || items.length > 0 || topology) this.io?.emit('flow', flow)
  }

  private takeUpdate(): StreamUpdate {
    const { run } = this
    const lines = run.log.drain()
    const { items, skipped } = run.traffic?.drain() ?? { items: [], skipped: 0 }
    const changed = run.traffic?.topology.changed ?? false
    if (run.traffic) run.traffic.topology.changed = false
    const topology = changed ? run.traffic?.topology.current : undefined
    const published = run.traffic?.published ?? 0
    return { run: run.runNumber, lines, items, skipped, published, topology }
  }

  private fullUpdate(): StreamUpdate {
    const { run } = this
    return {
      run: run.runNumber,
      lines: run.log.snapshot(),
      items: run.traffic?.snapshot() ?? [],
      skipped: 0,
      published: run.traffic?.published ?? 0,
      topology: run.traffic?.topology.current,
    }
  }
}
