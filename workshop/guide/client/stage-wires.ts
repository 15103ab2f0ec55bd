import type { InstanceInfo, Topology, WireItem } from '../protocol.ts'
import { type ChannelBox, type Message, boxOf } from './messages.ts'

interface Point {
  x: number
  y: number
}

/** A line of the picture. */
export interface Wire {
  kind: 'idle' | 'subscription' | 'live' | 'waiting' | 'lost'
  path: string
}

/** What stays of the last message: its words, and a number on each delivery. */
export interface Mark extends Point {
  kind: 'words' | 'delivery' | 'waiting'
  text: string
}

/** Everything between the boxes of a stage. */
export interface Drawing {
  wires: Wire[]
  marks: Mark[]
}

/** What a drawing is made of. */
export interface Scene {
  instances: readonly InstanceInfo[]
  topology: Topology
  boxes: readonly ChannelBox[]
  last: Message | undefined
}

/** The places of a stage, measured where the browser has put them: any layout gets right curves. */
export class Measured {
  /** Instances are columns: messages travel downwards. */
  readonly upright: boolean
  private readonly places = new Map<string, DOMRect>()
  private readonly origin: DOMRect

  constructor(stage: HTMLElement) {
    this.origin = stage.getBoundingClientRect()
    this.upright = getComputedStyle(stage).getPropertyValue('--upright').trim() === '1'
    for (const element of stage.querySelectorAll<HTMLElement>('[data-at]'))
      this.places.set(element.dataset['at'] ?? '', element.getBoundingClientRect())
  }

  /** Where messages enter a place, and where they leave it. */
  point(key: string, side: 'enter' | 'leave' | 'top' | 'bottom'): Point | undefined {
    const place = this.places.get(key)
    if (!place) return undefined
    const { left, top, width, height } = place
    const [x, y] = [left - this.origin.left, top - this.origin.top]
    const isTop = side === 'top' || (this.upright && side === 'enter')
    if (isTop) return { x: x + width / 2, y }
    if (side === 'bottom' || this.upright) return { x: x + width / 2, y: y + height }
    return { x: side === 'enter' ? x : x + width, y: y + height / 2 }
  }

  /** The way of a publication to its channel. */
  publication({ topology }: Scene, { instance, channel = '' }: WireItem): string | undefined {
    const to = this.point(`channel ${boxOf(topology.channels, channel)}`, 'enter')
    return this.curve(this.point(`out ${instance}`, 'leave'), to)
  }

  /** The way of a copy to its subscriber. */
  delivery({ topology }: Scene, item: WireItem): string | undefined {
    const { instance, connection, channel = '', pattern } = item
    const box = pattern ?? boxOf(topology.channels, channel)
    return this.curve(
      this.point(`channel ${box}`, 'leave'),
      this.point(`in ${instance} ${connection}`, 'enter'),
    )
  }

  /** The way of a message that no subscriber received. */
  fall({ topology }: Scene, { channel = '' }: WireItem): string | undefined {
    const key = boxOf(topology.channels, channel)
    const from = this.point(`channel ${key}`, 'bottom')
    const to = this.point(`lost ${key}`, 'top')
    return from && to && `M${from.x} ${from.y}L${to.x} ${to.y}`
  }

  /** A straight line from an instance to Redis. */
  toRedis(name: string): string | undefined {
    const [from, to] = [this.point(`out ${name}`, 'leave'), this.point('redis', 'enter')]
    if (!from || !to) return undefined
    return this.upright
      ? `M${from.x} ${from.y}L${from.x} ${to.y}`
      : `M${from.x} ${from.y}L${to.x} ${from.y}`
  }

  /** A curve that leaves and arrives in the direction of travel. */
  curve(from: Point | undefined, to: Point | undefined): string | undefined {
    if (!from || !to) return undefined
    const [a, b] = [`${from.x} ${from.y}`, `${to.x} ${to.y}`]
    if (this.upright) {
      const half = (from.y + to.y) / 2
      return `M${a} C${from.x} ${half} ${to.x} ${half} ${b}`
    }
    const half = (from.x + to.x) / 2
    return `M${a} C${half} ${from.y} ${half} ${to.y} ${b}`
  }
}

/** Draws the connections as they are, and the way of the last message. */
export function drawStage(measured: Measured, scene: Scene): Drawing {
  const wires: Wire[] = []
  const marks: Mark[] = []
  const add = (kind: Wire['kind'], path: string | undefined) => {
    if (path) wires.push({ kind, path })
  }
  for (const { name, connections } of scene.topology.instances)
    if (connections.length > 0) add('idle', measured.toRedis(name))
  for (const { name, subscribers } of scene.boxes) {
    const from = measured.point(`channel ${name}`, 'leave')
    for (const who of subscribers)
      add('subscription', measured.curve(from, measured.point(`in ${who}`, 'enter')))
  }
  if (scene.last) drawLast(measured, scene, scene.last, add, marks)
  return { wires, marks }
}

function drawLast(
  measured: Measured,
  scene: Scene,
  { publish, deliveries }: Message,
  add: (kind: Wire['kind'], path: string | undefined) => void,
  marks: Mark[],
): void {
  const first = measured.publication(scene, publish)
  add('live', first)
  const from = measured.point(`out ${publish.instance}`, 'leave')
  if (first && from) marks.push({ kind: 'words', text: `1 ${publish.words}`, ...from })
  for (const item of deliveries) {
    const path = measured.delivery(scene, item)
    const isFrozen = scene.instances.some(
      ({ name, state }) => name === item.instance && state === 'frozen',
    )
    add(isFrozen ? 'waiting' : 'live', path)
    const to = measured.point(`in ${item.instance} ${item.connection}`, 'enter')
    if (path && to) marks.push({ kind: isFrozen ? 'waiting' : 'delivery', text: '2', ...to })
  }
  if (publish.receivers === 0) add('lost', measured.fall(scene, publish))
}
