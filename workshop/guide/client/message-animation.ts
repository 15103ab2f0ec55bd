import type { WireItem } from '../protocol.ts'
import type { Layout, Point } from './topology-layout.ts'

const flightMs = 650
const fallMs = 700
const restMs = 1500
// More at once would be a blur, and slow.
const mostFlying = 32

const namespace = 'http://www.w3.org/2000/svg'
const prefersNoMotion = matchMedia('(prefers-reduced-motion: reduce)')

/** Messages that travel through the picture. They come and go without it being drawn again. */
export class MessageAnimator {
  private flying = 0

  /** @param layer where to draw; @param layout where things are now */
  constructor(
    private readonly layer: SVGGElement,
    private readonly layout: () => Layout,
  ) {}

  /** Shows what has crossed the wire, as much of it as one can follow. */
  show(items: readonly WireItem[]): void {
    for (const item of items) {
      if (this.flying >= mostFlying) return
      if (/^S?PUBLISH$/.test(item.name)) this.publish(item)
      else if (item.kind === 'push' && item.channel !== undefined) this.deliver(item)
    }
  }

  private publish({ instance, connection, channel, receivers }: WireItem): void {
    const { points, height } = this.layout()
    const from = points.get(`out ${instance} ${connection}`)?.right
    const place = points.get(`channel ${channel}`)
    if (!place) return
    if (from) this.move(from, place.left, 0)
    if (receivers !== 0) return
    const { below } = place
    const floor = { x: below.x, y: height - 14 }
    this.drop(below, floor)
    this.label('0 receivers', floor, flightMs + fallMs)
  }

  private deliver({ instance, connection, channel, pattern }: WireItem): void {
    const { points } = this.layout()
    const key = pattern === undefined ? `channel ${channel}` : `pattern ${pattern}`
    const [from, to] = [
      points.get(key)?.right,
      points.get(`in ${instance} ${connection}`)?.left,
    ]
    if (from && to) this.move(from, to, flightMs)
  }

  // Who wants no motion sees the message where it arrives.
  private move(from: Point, to: Point, delay: number): void {
    const frames = [at(prefersNoMotion.matches ? to : from), at(to)]
    this.animate(dot(''), frames, { delay, duration: flightMs, easing: 'ease-in-out' })
  }

  // It stays as long as the label beside it.
  private drop(from: Point, to: Point): void {
    const duration = fallMs + restMs
    const frames = [
      { ...at(prefersNoMotion.matches ? to : from), easing: 'ease-in' },
      { ...at(to), offset: fallMs / duration },
      { ...at(to), opacity: 1, offset: 0.9 },
      { ...at(to), opacity: 0 },
    ]
    this.animate(dot('lost'), frames, { delay: flightMs, duration })
  }

  private label(text: string, where: Point, delay: number): void {
    const label = document.createElementNS(namespace, 'text')
    label.setAttribute('class', 'lost')
    label.textContent = text
    const frames = [
      { ...at({ x: where.x + 14, y: where.y + 5 }), opacity: 1 },
      { ...at({ x: where.x + 14, y: where.y + 5 }), opacity: 1, offset: 0.8 },
      { ...at({ x: where.x + 14, y: where.y + 5 }), opacity: 0 },
    ]
    this.animate(label, frames, {
      delay: prefersNoMotion.matches ? 0 : delay,
      duration: restMs,
    })
  }

  private animate(
    element: SVGElement,
    frames: Keyframe[],
    timing: KeyframeAnimationOptions,
  ): void {
    this.flying += 1
    element.style.opacity = '0'
    this.layer.append(element)
    const shown = frames.map((frame) => ({ opacity: 1, ...frame }))
    const animation = element.animate(shown, timing)
    const end = () => {
      this.flying -= 1
      element.remove()
    }
    animation.finished.then(end, end)
  }
}

function dot(kind: string): SVGElement {
  const made = document.createElementNS(namespace, 'circle')
  made.setAttribute('r', '7')
  made.setAttribute('class', `message ${kind}`)
  return made
}

function at({ x, y }: Point): Keyframe {
  return { transform: `translate(${x}px, ${y}px)` }
}
