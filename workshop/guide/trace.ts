// A run that is over, as data: what crossed the wire, what was printed, and how each instance ended. A
// page plays it on the same stage on which it shows a run that is going on.
import type { ClosedEvent, RespValue, WireEvent } from '../proxy/events.ts'
import type { InstanceInfo, Line, Topology, WireDetails, WireItem } from './protocol.ts'
import { TopologyTracker } from './topology.ts'
import { toWireDetails, toWireItem } from './wire-item.ts'

/** An event of a trace. Its place in the list is its place in the order of events. */
export type TraceEvent =
  | (Place & { kind: 'open' })
  | (Place & { kind: 'close'; by: ClosedEvent['by'] })
  | (Place & { kind: 'command'; name: string; args: string[]; reply?: RespValue })
  | (Place & { kind: 'push'; name: string; args: string[] })
  | { kind: 'line'; instance: string; from: Line['kind']; text: string }
  | { kind: 'exit'; instance: string; code: number | null; signal: string | null }

interface Place {
  /** Milliseconds since the trace began. */
  at: number
  instance: string
  connection: number
}

/** What was seen of a run. */
export interface Trace {
  instances: string[]
  /** How many of the events come before it begins. */
  before: number
  events: TraceEvent[]
}

/** What a stage shows after some of the events. */
export interface Frame {
  instances: InstanceInfo[]
  topology: Topology
  items: WireItem[]
  lines: Line[]
  redisDown: boolean
  /** What happened last. */
  last: TraceEvent | undefined
}

/** The pictures of a trace, one for each step of it: a command, and what followed from it. */
export function framesOf({ instances, before: setUp, events }: Trace): Frame[] {
  const topology = new TopologyTracker()
  topology.setInstances(instances)
  const ends = new Map<string, InstanceInfo>()
  const frame: Frame = {
    instances: instances.map((name) => instanceInfo(name, 'ended')),
    topology: topology.current,
    items: [],
    lines: [],
    redisDown: false,
    last: undefined,
  }
  const frames = [frame]
  events.forEach((event, seq) => {
    const before = frames.at(-1) ?? frame
    const isNew = seq === setUp || (seq > setUp && beginsFrame(event, before.last))
    const next: Frame = { ...before, items: [...before.items], lines: [...before.lines] }
    if (event.kind === 'line') {
      const { instance: from, from: kind, text } = event
      next.lines.push({ id: seq, from, kind, text })
    } else if (event.kind === 'exit') {
      ends.set(event.instance, exited(event))
      closeAll(event.instance, topology)
    } else {
      const wire = toWireEvent(event, seq)
      topology.apply(wire)
      if (seq >= setUp) next.items.push(toWireItem(wire))
      // A program that connects again is one that was started again.
      if (event.kind === 'open') ends.delete(event.instance)
      if (event.kind === 'open' || event.kind === 'close')
        next.redisDown = event.kind === 'close' && event.by !== 'client'
    }
    const isStarted = (name: string) =>
      events.slice(0, seq + 1).some(({ instance }) => instance === name)
    next.instances = instances.map(
      (name) => ends.get(name) ?? instanceInfo(name, isStarted(name) ? 'running' : 'ended'),
    )
    next.topology = structuredClone(topology.current)
    next.last = seq < setUp || (event.kind === 'line' && !isNew) ? before.last : event
    if (isNew) frames.push(next)
    else frames[frames.length - 1] = next
  })
  return frames
}

/** All of an event of the wire. @param seq its place */
export function detailsIn({ events }: Trace, seq: number): WireDetails | undefined {
  const event = events[seq]
  return event && event.kind !== 'line' && event.kind !== 'exit'
    ? toWireDetails(toWireEvent(event, seq))
    : undefined
}

// A process that has ended has no connections.
function closeAll(instance: string, topology: TopologyTracker): void {
  const open = topology.current.instances.find(({ name }) => name === instance)
  for (const { number: connection } of open?.connections ?? [])
    topology.apply({ kind: 'close', by: 'client', instance, connection, at: 0, seq: 0 })
}

type OnWire = Exclude<TraceEvent, { kind: 'line' | 'exit' }>

function toWireEvent(event: OnWire, seq: number): WireEvent {
  if (event.kind === 'open') return { ...event, seq, tls: false }
  if (event.kind === 'close') return { ...event, seq }
  if (event.kind === 'push') return { ...event, seq }
  const { at, reply } = event
  return { ...event, seq, reply, repliedAt: at, replySeq: seq }
}

// Copies and printed lines belong to what they follow from.
function beginsFrame(event: TraceEvent, last: TraceEvent | undefined): boolean {
  if (!last) return true
  if (event.kind === 'command') return last.kind !== 'open'
  if (event.kind === 'open' || event.kind === 'close' || event.kind === 'exit')
    return last.kind !== event.kind
  return false
}

/** An instance of which nothing else is known. */
export function instanceInfo(name: string, state: InstanceInfo['state']): InstanceInfo {
  return { name, state, outdated: false, pid: undefined, ended: '' }
}

function exited({ instance, code, signal }: Extract<TraceEvent, { kind: 'exit' }>) {
  const ended = signal ? `ended by ${signal}` : `exit code ${code}`
  return { ...instanceInfo(instance, signal === 'SIGKILL' ? 'killed' : 'ended'), ended }
}
