import { type Recording, type WireEvent, isIntroduction, whenComplete } from '../wire/index.ts'
import { PictureBook } from './picture.ts'
import type { WireItem } from './protocol.ts'
import { Ring } from './ring.ts'
import { itemOf } from './wire-item.ts'

const kept = 400
const mostPerFlow = 24

/** What crosses the wire of one run, for pages that look now or later: a sample, when it is much. */
export class WireFeed {
  readonly picture = new PictureBook()
  /** Messages published so far. */
  published = 0
  private readonly told = new Ring<{ item: WireItem; event: WireEvent }>(kept)
  private fresh: WireItem[] = []
  private skipped = 0
  private readonly stop: () => void

  /** @param onNews called when there is something to tell */
  constructor(
    recording: Recording,
    private readonly onNews: () => void,
  ) {
    this.stop = whenComplete(recording, (event) => this.see(event))
  }

  /** What came since this was asked last. */
  takeFresh(): { items: WireItem[]; skipped: number } {
    const fresh = { items: this.fresh, skipped: this.skipped }
    this.fresh = []
    this.skipped = 0
    return fresh
  }

  /** The last items that were told. */
  recent(): WireItem[] {
    return this.told.last(kept).map(({ item }) => item)
  }

  /** The event behind an item. */
  find(seq: number): WireEvent | undefined {
    return this.told.find(({ item }) => item.seq === seq)?.event
  }

  /** Listens no more. */
  close(): void {
    this.stop()
  }

  // Nobody reads five hundred lines a second. The first of every moment are told, and all that
  // changes the picture; the others are counted.
  private see(event: WireEvent): void {
    if (isIntroduction(event)) return
    this.picture.see(event)
    if (event.kind === 'command' && /^S?PUBLISH$/.test(event.name)) this.published += 1
    if (this.fresh.length >= mostPerFlow && !isTurningPoint(event)) this.skipped += 1
    else this.tell(event)
    this.onNews()
  }

  private tell(event: WireEvent): void {
    const item = itemOf(event)
    this.fresh.push(item)
    this.told.push({ item, event })
  }
}

function isTurningPoint(event: WireEvent): boolean {
  return event.kind === 'command' && event.name.endsWith('SUBSCRIBE')
}
