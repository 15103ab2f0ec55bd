import type { ComponentChildren, RefObject } from 'preact'
import { useId, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { ConnectionInfo, InstanceInfo, NodeInfo, Topology, WireItem } from '../protocol.ts'
import { count } from './captions.ts'
import { isAlive, stateWords } from './instance-states.ts'
import { MessageAnimator } from './message-animation.ts'
import { type ChannelBox, type Message, channelBoxes } from './messages.ts'
import { type Drawing, type Scene, Measured, drawStage } from './stage-wires.ts'

export interface StageProps {
  /** Distinguishes it where there are several. */
  name?: string
  instances: readonly InstanceInfo[]
  topology: Topology
  /** What has crossed the wire; what is added to it travels. */
  items: readonly WireItem[]
  messages: readonly Message[]
  redisDown?: boolean
  /** Of a Redis Cluster. */
  nodes?: readonly NodeInfo[]
  /** What an instance printed, and what can be done to it. */
  controls?: (instance: InstanceInfo) => ComponentChildren
  log: (instance: InstanceInfo) => ComponentChildren
}

/**
 * Instances, Redis with its channels, and the subscribers: a lane is one instance, which publishes
 * at its left end and receives at its right one.
 */
export function Stage({
  instances,
  topology,
  items,
  messages,
  redisDown = false,
  ...parts
}: StageProps) {
  const suffix = parts.name ? `, ${parts.name}` : ''
  const stage = useRef<HTMLDivElement>(null)
  const boxes = useMemo(() => channelBoxes(topology.channels), [topology])
  const last = redisDown ? undefined : messages.at(-1)
  const drawing = useDrawing(stage, { instances, topology, boxes, last }, items)
  return (
    <div class="stage" ref={stage}>
      <p class="heads" aria-hidden="true">
        <span>publish</span>
        <span>Redis delivers</span>
        <span>subscribe</span>
      </p>
      <div class="lanes">
        {instances.map((instance) => (
          <Lane
            key={instance.name}
            label={instance.name + suffix}
            instance={instance}
            connections={connectionsOf(topology, instance.name)}
            redisDown={redisDown}
            controls={parts.controls?.(instance)}
            log={parts.log(instance)}
          />
        ))}
      </div>
      <Redis
        label={`Redis${suffix}`}
        boxes={boxes}
        hasMore={topology.channels.some(({ box }) => !boxes.some(({ name }) => name === box))}
        isDown={redisDown}
        nodes={parts.nodes ?? []}
      />
      <Wires drawing={drawing} />
      <div class="pills" aria-hidden="true" />
    </div>
  )
}

function Wires({ drawing: { wires, marks } }: { drawing: Drawing }) {
  const arrow = useId()
  return (
    <>
      <svg class="wires" aria-hidden="true">
        <marker id={arrow} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="5" orient="auto">
          <path d="M0 0 8 4 0 8z" />
        </marker>
        {wires.map(({ kind, path }, at) => (
          <path
            key={at}
            class={kind}
            d={path}
            marker-end={kind === 'live' ? `url(#${arrow})` : undefined}
          />
        ))}
      </svg>
      <div class="traces" aria-hidden="true">
        {marks.map(({ kind, text, x, y }, at) => (
          <span key={at} class={`trace ${kind}`} style={{ '--x': `${x}px`, top: `${y}px` }}>
            {text}
          </span>
        ))}
      </div>
    </>
  )
}

function connectionsOf({ instances }: Topology, name: string): ConnectionInfo[] {
  return instances.find((one) => one.name === name)?.connections ?? []
}

interface LaneProps {
  label: string
  instance: InstanceInfo
  connections: ConnectionInfo[]
  redisDown: boolean
  controls: ComponentChildren
  log: ComponentChildren
}

function Lane({ label, instance, connections, redisDown, controls, log }: LaneProps) {
  const { name, state, outdated, ended, pid } = instance
  const [sign, words] = stateWords(instance)
  return (
    <section class={`lane ${state}`} aria-label={label}>
      <div class="inst">
        <header>
          <h3>{name}</h3>
          <p class="state" title={pid === undefined ? ended : `${words}, pid ${pid}`}>
            <span aria-hidden="true">{sign}</span> {words}
            {outdated && ' the code from before'}
          </p>
          {controls}
        </header>
        {log}
        <i class={connections.length > 0 ? 'dot' : 'dot none'} data-at={`out ${name}`} />
      </div>
      <Ports instance={instance} connections={connections} redisDown={redisDown} />
    </section>
  )
}

type PortsProps = Omit<LaneProps, 'label' | 'controls' | 'log'>

function Ports({ instance, connections, redisDown }: PortsProps) {
  const { name, state } = instance
  const subscribers = connections.filter(({ subscribes }) => subscribes)
  return (
    <ul class="ports" aria-label={`What ${name} receives`}>
      {subscribers.map(({ number, received, last }) => (
        <li key={number}>
          <i class="dot" data-at={`in ${name} ${number}`} />
          <span>
            <b>{received}</b> received
          </span>
          {last !== '' && <code title={last}>{last}</code>}
          {state === 'frozen' && <span class="wait">copies wait</span>}
        </li>
      ))}
      {subscribers.length === 0 && (
        <li class="quiet">
          <i class="dot none" />
          {absence(instance, connections.length, redisDown)}
        </li>
      )}
    </ul>
  )
}

// Why an instance receives nothing.
function absence(instance: InstanceInfo, connections: number, redisDown: boolean): string {
  if (!isAlive(instance)) return 'connections closed'
  if (redisDown) return 'no connection'
  return connections === 0 ? 'not connected' : 'not subscribed'
}

interface RedisProps {
  label: string
  boxes: readonly ChannelBox[]
  hasMore: boolean
  isDown: boolean
  nodes: readonly NodeInfo[]
}

function Redis({ label, boxes, hasMore, isDown, nodes }: RedisProps) {
  return (
    <section class={isDown ? 'redis down' : 'redis'} aria-label={label} data-at="redis">
      <h3>
        <span aria-hidden="true">{isDown ? '✕' : '●'}</span> Redis
        {isDown && <span> unreachable</span>}
        {hasMore && <small class="quiet">not all channels are drawn</small>}
      </h3>
      <Nodes nodes={nodes} />
      <ul aria-label="Channels">
        {boxes.map(({ name, pattern, subscribers, elsewhere, lost }) => (
          <li key={name}>
            <div
              class={subscribers.length + elsewhere === 0 ? 'channel empty' : 'channel'}
              data-at={`channel ${name}`}
            >
              <code>{breakable(name)}</code>
              <span>
                {count(subscribers.length + elsewhere, 'subscriber')}
                {pattern && ', a pattern'}
                {elsewhere > 0 && `, ${subscribers.length > 0 ? `${elsewhere} ` : ''}elsewhere`}
              </span>
            </div>
            <p class={lost > 0 ? 'lost' : 'lost none'} data-at={`lost ${name}`}>
              lost: {lost}
            </p>
          </li>
        ))}
        {boxes.length === 0 && <li class="quiet">no channel yet</li>}
      </ul>
    </section>
  )
}

// Of a cluster: who serves which slots. On one machine nodes differ in their ports.
function Nodes({ nodes }: { nodes: readonly NodeInfo[] }) {
  if (nodes.length === 0) return null
  const replicas = nodes.filter(({ state }) => state === 'replica').length
  const shown = nodes.filter(({ state }) => state !== 'replica')
  return (
    <ul class="nodes" aria-label="Nodes">
      {shown.map(({ address, state, slots }) => (
        <li key={address} class={state === 'killed' ? 'killed' : 'serving'} title={address}>
          <span aria-hidden="true">{state === 'killed' ? '✕' : '●'}</span>{' '}
          <code>{address.replace(/.*:/, ':')}</code>{' '}
          <span>{state === 'killed' ? 'killed' : `slots ${slots}`}</span>
        </li>
      ))}
      <li>{count(replicas, 'replica')}</li>
    </ul>
  )
}

// A long name is broken between its words.
function breakable(name: string): ComponentChildren[] {
  return name.split(/(?<=[_.:/-])/).flatMap((word, at) => [word, <wbr key={at} />])
}

/** Measures the stage after every change, draws its curves, and lets what is new travel on them. */
function useDrawing(
  stage: RefObject<HTMLDivElement | null>,
  scene: Scene,
  items: readonly WireItem[],
): Drawing {
  const [drawing, setDrawing] = useState<Drawing>({ wires: [], marks: [] })
  const [, setSize] = useState('')
  const shown = useRef(JSON.stringify(drawing))
  const animator = useRef<MessageAnimator>(undefined)
  const seen = useRef(items.at(-1))
  useLayoutEffect(() => {
    const element = stage.current
    const pills = element?.querySelector<HTMLElement>('.pills')
    if (!element || !pills) return
    animator.current = new MessageAnimator(pills)
    const observer = new ResizeObserver(([entry]) =>
      setSize(JSON.stringify(entry?.contentRect)),
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  useLayoutEffect(() => {
    if (!stage.current) return
    const measured = new Measured(stage.current)
    const next = drawStage(measured, scene)
    const fresh = seen.current ? items.slice(items.lastIndexOf(seen.current) + 1) : items
    seen.current = items.at(-1)
    animator.current?.show(fresh, measured, scene)
    const text = JSON.stringify(next)
    if (text === shown.current) return
    shown.current = text
    setDrawing(next)
  })
  return drawing
}
