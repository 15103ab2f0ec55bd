import { type Recording, type WireEvent, isHandshake } from '../proxy/index.ts'
import { TopologyTracker } from './topology.ts'
import type { WireItem } from './protocol.ts'
import { RingBuffer } from './ring-buffer.ts'
import { isPublish, toWireItem } from './wire-item.ts'

const kept = 400
const mostPerFlow = 24

/** What crosses the wire of one run, for pages that look now or later: a sample, when it is much. */
export class TrafficFeed {
  /** Messages published so far. */
  published = 0
  private readonly sentItems = new RingBuffer<WireItem>(kept)
  private pending: WireItem[] = []
  private skipped = 0
  // The latest of those that were skipped.
  private latest: WireEvent | undefined
  private readonly stop: () => void

  /** @param onChange called when there is something to send */
  constructor(
    private readonly recording: Recording,
    private readonly onChange: () => void,
    readonly topology = new TopologyTracker(),
  ) {
    this.stop = recording.onCompleted((event) => this.add(event))
  }

  /** What came since this was asked last. */
  drain(): { items: WireItem[]; skipped: number } {
    // What came last is shown: it stays when nothing follows.
    if (this.latest) {
      this.skipped -= 1
      this.send(this.latest)
    }
    const fresh = { items: this.pending, skipped: this.skipped }
    this.pending = []
    this.skipped = 0
    return fresh
  }

  /** The last items that were sent. */
  snapshot(): WireItem[] {
    return this.sentItems.last(kept)
  }

  /** The event behind an item, while it is recorded. */
  find(seq: number): WireEvent | undefined {
    return this.recording.events.find((event) => event.seq === seq)
  }

  /** Stops. */
  close(): void {
    this.stop()
  }

  // Five hundred lines a second cannot be read. The first of every tick and the last one are sent, and
  // all that changes the picture; the others are counted.
  private add(event: WireEvent): void {
    this.topology.apply(event)
    this.onChange()
    if (isHandshake(event)) return
    if (isPublish(event)) this.published += 1
    if (this.pending.length < mostPerFlow || changesTopology(event)) return this.send(event)
    this.skipped += 1
    this.latest = event
  }

  private send(event: WireEvent): void {
    const item = toWireItem(event)
    this.pending.push(item)
    this.sentItems.push(item)
    this.latest = undefined
  }
}

function changesTopology(event: WireEvent): boolean {
  return event.kind === 'command' && event.name.endsWith('SUBSCRIBE')
}
