import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Topology } from '../protocol.ts'
import { MessageAnimator } from './message-animation.ts'
import { type Box, layoutTopology } from './topology-layout.ts'
import { useStore } from './hooks.ts'
import { store } from './store.ts'

/** Instances, channels and subscribers, and every message on its way. */
export function TopologyPicture() {
  const { topology } = useStore()
  const [box, width] = useWidth()
  const layout = useMemo(() => layoutTopology(topology, width), [topology, width])
  const now = useRef(layout)
  now.current = layout
  const layer = useRef<SVGGElement>(null)
  useEffect(() => {
    if (!layer.current) return
    const flights = new MessageAnimator(layer.current, () => now.current)
    return store.onItems((items) => {
      // What arrives now may be what changes the picture: it is drawn first.
      if (!document.hidden) setTimeout(() => flights.show(items), 40)
    })
  }, [])
  return (
    <div class="picture" ref={box}>
      <div class="columns" aria-hidden="true">
        <span>publishes</span>
        <span>channels in Redis</span>
        <span>subscribes</span>
      </div>
      <svg
        role="img"
        aria-label={describeTopology(topology)}
        width={layout.width}
        height={layout.height}
        viewBox={`0 0 ${layout.width} ${layout.height}`}
      >
        {layout.links.map(({ key, from, to }) => (
          <path
            key={key}
            class="link"
            d={`M${from.x} ${from.y} C${(from.x + to.x) / 2} ${from.y} ${(from.x + to.x) / 2} ${to.y} ${to.x} ${to.y}`}
          />
        ))}
        {layout.boxes.map((one) => (
          <BoxOf key={one.key} box={one} />
        ))}
        {layout.links.length === 0 && (
          <text class="row" x={layout.width} y={24} text-anchor="end">
            no subscriptions
          </text>
        )}
        <g ref={layer} />
      </svg>
    </div>
  )
}

function BoxOf({ box }: { box: Box }) {
  const { kind, title, x, y, width, height, rows } = box
  return (
    <g class={`box ${kind}`}>
      <rect
        x={x + 1}
        y={y}
        width={width - 2}
        height={height}
        rx={kind === 'instance' ? 8 : 15}
      />
      <text class="title" x={x + 12} y={y + 21}>
        {cut(
          kind === 'pattern' ? `pattern ${title}` : title,
          (width - 22) / (width > 150 ? 9.4 : 7.6),
        )}
      </text>
      {rows.map((row) => (
        <text key={row.key} class="row" x={x + 12} y={row.y + 5}>
          {row.text}
        </text>
      ))}
    </g>
  )
}

function cut(text: string, room: number): string {
  const most = Math.max(4, Math.floor(room))
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}

function describeTopology({ instances, channels }: Topology): string {
  const who = instances.map(
    ({ name, connections }) => `${name}, ${connections.length} connections`,
  )
  const where = channels.map(({ name, pattern, subscribers }) => {
    const receivers =
      subscribers.length === 0 ? 'no subscribers' : `subscribers: ${subscribers.join(' and ')}`
    return `${pattern ? 'pattern' : 'channel'} ${name}, ${receivers}`
  })
  return `Instances: ${who.join('; ') || 'none'}. Channels: ${where.join('; ') || 'none'}.`
}

function useWidth() {
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(600)
  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    const look = () => setWidth(Math.max(260, Math.floor(element.clientWidth)))
    const observer = new ResizeObserver(look)
    observer.observe(element)
    look()
    return () => observer.disconnect()
  }, [])
  return [box, width] as const
}
