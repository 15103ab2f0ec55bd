import type { WireItem } from '../protocol.ts'
import { isPublish } from './messages.ts'
import type { Measured, Scene } from './stage-wires.ts'

const legMs = 900
// More at once would be a blur, and slow.
const mostFlying = 24

/** Whether the user has asked for a page without movement. */
export const prefersNoMotion = matchMedia('(prefers-reduced-motion: reduce)')

/** Messages that travel along the curves of a stage. They come and go without it being drawn again. */
export class MessageAnimator {
  private flying = 0

  /** @param layer where to draw, of the size of the stage */
  constructor(private readonly layer: HTMLElement) {}

  /** Shows what has crossed the wire, as much of it as one can follow. */
  show(items: readonly WireItem[], measured: Measured, scene: Scene): void {
    // The trace that remains of a message shows the same.
    if (prefersNoMotion.matches || document.hidden) return
    for (const item of items) {
      if (isPublish(item)) {
        this.fly(item.words, measured.publication(scene, item), 0)
        if (item.receivers === 0)
          this.fly(item.words, measured.fall(scene, item), legMs, 'lost')
      } else if (item.kind === 'push' && item.channel !== undefined) {
        this.fly(item.words, measured.delivery(scene, item), legMs)
      }
    }
  }

  private fly(words: string, path: string | undefined, delay: number, kind = ''): void {
    if (!path || this.flying >= mostFlying) return
    this.flying += 1
    const pill = document.createElement('span')
    pill.className = `pill ${kind}`
    pill.textContent = words
    pill.style.offsetPath = `path('${path}')`
    pill.style.visibility = 'hidden'
    this.layer.append(pill)
    this.layer.classList.add('playing')
    const flight = pill.animate(
      [
        { offsetDistance: '0%', visibility: 'visible' },
        { offsetDistance: '100%', visibility: 'visible' },
      ],
      { delay, duration: legMs, easing: kind ? 'ease-in' : 'ease-in-out' },
    )
    const end = () => {
      this.flying -= 1
      pill.remove()
      if (this.flying === 0) this.layer.classList.remove('playing')
    }
    flight.finished.then(end, end)
  }
}
