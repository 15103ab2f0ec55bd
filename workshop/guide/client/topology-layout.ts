import type { Topology } from '../protocol.ts'

/** A box of the picture: an instance, a channel, or a pattern. */
export interface Box {
  key: string
  title: string
  kind: 'instance' | 'channel' | 'pattern'
  x: number
  y: number
  width: number
  height: number
  rows: { key: string; text: string; y: number }[]
}

export interface Point {
  x: number
  y: number
}

/** Where everything in the picture is. */
export interface Layout {
  width: number
  height: number
  boxes: Box[]
  links: { key: string; from: Point; to: Point }[]
  /** By key: `out web.1 1`, `channel instances`, `pattern JOB:*`, `in web.1 2`. */
  points: Map<string, { left: Point; right: Point; below: Point }>
}

const head = 32
const rowHeight = 26
const gap = 12
const footerHeight = 46

/** Publishing instances on the left, channels in the middle, subscribers on the right. */
export function layoutTopology({ instances, channels }: Topology, width: number): Layout {
  const side = Math.min(190, width * 0.28)
  const middle = Math.min(280, width * 0.32)
  const speakers = instances.map(({ name, connections }) => ({
    key: `out ${name}`,
    title: name,
    kind: 'instance' as const,
    rows: connections
      .filter(({ subscribes, publishes }) => publishes || !subscribes)
      .map(({ number }) => ({ key: `out ${name} ${number}`, text: `conn ${number}` })),
  }))
  const listeners = instances.map(({ name, connections }) => ({
    key: `in ${name}`,
    title: name,
    kind: 'instance' as const,
    rows: connections
      .filter(({ subscribes }) => subscribes)
      .map(({ number }) => ({ key: `in ${name} ${number}`, text: `conn ${number}` })),
  }))
  const places = channels.map(({ name, pattern }) => ({
    key: `${pattern ? 'pattern' : 'channel'} ${name}`,
    title: name,
    kind: pattern ? ('pattern' as const) : ('channel' as const),
    rows: [],
  }))
  const columns = [
    stackColumn(speakers, 0, side),
    stackColumn(places, (width - middle) / 2, middle),
    stackColumn(
      listeners.filter(({ rows }) => rows.length > 0),
      width - side,
      side,
    ),
  ]
  const height = Math.max(120, ...columns.map(({ end }) => end)) + footerHeight
  const boxes = columns.flatMap((column) => column.boxes)
  const points = pointsOf(boxes)
  const links = channels.flatMap(({ name, pattern, subscribers }) =>
    subscribers.flatMap((who) => {
      const key = `${pattern ? 'pattern' : 'channel'} ${name}`
      const [from, to] = [points.get(key)?.right, points.get(`in ${who}`)?.left]
      return from && to ? [{ key: `${key} ${who}`, from, to }] : []
    }),
  )
  return { width, height, boxes, links, points }
}

type Plan = Pick<Box, 'key' | 'title' | 'kind'> & { rows: { key: string; text: string }[] }

function stackColumn(plans: Plan[], x: number, width: number): { boxes: Box[]; end: number } {
  let y = 2
  const boxes = plans.map((plan) => {
    const top = y
    const rows = plan.rows.map((row, at) => ({ ...row, y: top + head + at * rowHeight + 10 }))
    const height = head + rows.length * rowHeight + (rows.length > 0 ? 6 : 0)
    y += height + gap
    return { ...plan, rows, x, y: top, width, height }
  })
  return { boxes, end: y }
}

function pointsOf(boxes: Box[]): Layout['points'] {
  const points: Layout['points'] = new Map()
  for (const { key, x, y, width, height, rows } of boxes) {
    const at = (level: number) => ({
      left: { x, y: level },
      right: { x: x + width, y: level },
      below: { x: x + width / 2, y: y + height },
    })
    points.set(key, at(y + height / 2))
    for (const row of rows) points.set(row.key, at(row.y))
  }
  return points
}
