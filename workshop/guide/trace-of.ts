import { isHandshake } from '../proxy/index.ts'
import { matchesGlob } from '../check/channels.ts'
import type { AppEvidence } from '../check/evidence.ts'
import type { Trace, TraceEvent } from './trace.ts'
import { isChatter, messageWords } from './wire-item.ts'

/** What is shown among the lines of an instance although it did not print it. */
export interface Remark {
  instance: string
  text: string
}

/** An event, and where it stood in the order in which it was seen. */
interface Seen {
  seq: number
  event: TraceEvent
}

/**
 * Makes a trace of what a check has seen. The order is the same from one run to the next: what has
 * to do with one another stays in order, and what only happens to be at the same time is sorted by
 * instance.
 *
 * @param remarks what devices have received: each follows the message that brought it
 * @param since where it begins, as a `seq`; of what was before connections and subscriptions are kept
 */
export function traceOf(
  apps: readonly AppEvidence[],
  { remarks = [], since = 0 }: { remarks?: readonly Remark[]; since?: number } = {},
): Trace {
  const all = withoutForeign(apps.flatMap(seenOf).toSorted((a, b) => a.seq - b.seq))
  const played = inOrder(all.filter(({ seq }) => seq >= since))
  insert(remarks, played)
  const before = all.filter(({ seq }) => seq < since).map(({ event }) => event)
  const ready = since > 0 ? readied(before, played) : []
  const ordered = [...ready, ...played]
  const began = Math.min(...played.map((event) => ('at' in event ? event.at : Infinity)))
  for (const event of ordered)
    if ('at' in event) event.at = Math.max(0, Math.round(event.at - began))
  const instances = [...new Set(apps.map(({ name }) => name))].toSorted()
  return { instances, before: ready.length, events: ordered }
}

// When a device receives something, beside what is on the wire, is chance.
function insert(remarks: readonly Remark[], played: TraceEvent[]): void {
  const order = ({ instance, text }: Remark) => `${instance} ${text}`
  for (const remark of remarks.toSorted((a, b) => order(a).localeCompare(order(b)))) {
    const line: TraceEvent = { kind: 'line', from: 'remark', ...remark }
    const brought = played.findLastIndex((event) => isBrought(remark, event))
    const others = played.findIndex(
      (event, at) => at > brought && !(event.kind === 'line' && event.from === 'remark'),
    )
    played.splice(brought < 0 || others < 0 ? played.length : others, 0, line)
  }
}

function isBrought({ instance, text }: Remark, event: TraceEvent): boolean {
  if (event.kind !== 'push' || event.instance !== instance) return false
  return text.endsWith(messageWords(event.args.at(-1) ?? ''))
}

// Connections and subscriptions as they are when it begins. Which connection of several was opened
// first is chance, so they are numbered as they are used.
function readied(before: readonly TraceEvent[], played: readonly TraceEvent[]): TraceEvent[] {
  const isClosed = ({ instance, connection }: Connected) =>
    before.some(
      (one) =>
        one.kind === 'close' && one.instance === instance && one.connection === connection,
    )
  const ready = before
    .filter((event) => isConnected(event))
    .filter((event) => !isClosed(event) && makesReady(event))
  const numbers = new Map<string, number>()
  const counts = new Map<string, number>()
  const [opened, subscribed] = [true, false].map((opens) =>
    ready.filter(({ kind }) => (kind === 'open') === opens),
  )
  for (const event of [...played, ...(subscribed ?? []), ...(opened ?? [])]) {
    if (!isConnected(event)) continue
    const { instance, connection } = event
    const number = numbers.get(`${instance} ${connection}`) ?? (counts.get(instance) ?? 0) + 1
    if (!numbers.has(`${instance} ${connection}`)) counts.set(instance, number)
    numbers.set(`${instance} ${connection}`, number)
    event.connection = number
  }
  return ready.toSorted((a, b) => placeOf(a).localeCompare(placeOf(b), 'en', { numeric: true }))
}

function placeOf(event: Connected): string {
  const { instance, kind, connection } = event
  return `${instance} ${kind === 'open' ? 0 : 1} ${connection} ${'args' in event ? event.args.join(' ') : ''}`
}

type Connected = Exclude<TraceEvent, { kind: 'line' | 'exit' }>

function isConnected(event: TraceEvent): event is Connected {
  return 'connection' in event
}

function makesReady(event: TraceEvent): boolean {
  const subscribes = event.kind === 'command' && /^[PS]?SUBSCRIBE$/.test(event.name)
  return event.kind === 'open' || subscribes
}

function seenOf({ name: instance, wire, lines, exit, exitSeq = Infinity }: AppEvidence) {
  const seen: Seen[] = []
  const used = new Set<number>()
  for (const event of wire) {
    const { seq, at, connection } = event
    const place = { at, instance, connection }
    if (event.kind === 'push' && /^[ps]?message$/.test(event.name))
      seen.push({ seq, event: { kind: 'push', ...place, name: event.name, args: event.args } })
    if (event.kind !== 'command') continue
    const { name, args, reply } = event
    if (reply !== undefined) used.add(connection)
    // How often a program looks for news and finds none is chance, too.
    const isEmpty = Array.isArray(reply) && reply.length === 0
    if (isHandshake(event) || isChatter(name) || isEmpty) continue
    const replied = reply === undefined ? {} : { reply }
    seen.push({ seq, event: { kind: 'command', ...place, name, args, ...replied } })
    used.add(connection)
  }
  for (const event of wire.filter(({ connection }) => used.has(connection))) {
    const { seq, at, connection } = event
    const place = { at, instance, connection }
    if (event.kind === 'open') seen.push({ seq, event: { kind: 'open', ...place } })
    // One that ends closes them all.
    if (event.kind === 'close' && !(exit && event.by === 'client'))
      seen.push({ seq, event: { kind: 'close', ...place, by: event.by } })
  }
  for (const { seq, text, stream } of lines.filter(isTelling)) {
    const from = stream === 'stderr' ? 'err' : 'out'
    seen.push({ seq, event: { kind: 'line', instance, from, text } })
  }
  if (exit) {
    const { code, signal } = exit
    seen.push({ seq: exitSeq, event: { kind: 'exit', instance, code, signal } })
  }
  return seen
}

// The frames of a stack lead through folders of this machine.
function isTelling({ text }: { text: string }): boolean {
  return text.trim() !== '' && !/^\s+at |^Node\.js v|^\s*\^|^node:|^file:/.test(text)
}

// A check may publish as well, past every proxy.
function withoutForeign(seen: readonly Seen[]): Seen[] {
  return seen.filter(
    ({ event }, at) =>
      event.kind !== 'push' || seen.slice(0, at).some((one) => isCopy(event, one.event)),
  )
}

// Repeatedly takes what follows from something, else what comes first by the name of its instance.
function inOrder(seen: readonly Seen[]): TraceEvent[] {
  const rest = new Set(seen.map(({ event }) => event))
  const ordered: TraceEvent[] = []
  while (rest.size > 0) {
    const waiting = [...rest]
    const ready = waiting.filter((event, at) => {
      for (let i = 0; i < at; i++) {
        const before = waiting[i]
        if (before && isBefore(before, event)) return false
      }
      return true
    })
    const [next] = ready.toSorted((a, b) => rankOf(a).localeCompare(rankOf(b)))
    if (!next) break
    rest.delete(next)
    ordered.push(next)
  }
  return ordered
}

function rankOf(event: TraceEvent): string {
  const { kind, instance } = event
  const rank =
    kind === 'push' || kind === 'line' ? 0 : kind === 'exit' ? 1 : closesItself(event) ? 3 : 2
  return `${rank} ${instance} ${'connection' in event ? event.connection : ''}`
}

/** Whether of two events the one that was seen first has to stay the first. */
function isBefore(first: TraceEvent, second: TraceEvent): boolean {
  if (first.instance === second.instance) {
    if (closesItself(first) || closesItself(second)) return isSameConnection(first, second)
    if (second.kind !== 'push' || first.kind === 'line' || first.kind === 'exit')
      return second.kind !== 'push'
    return isSameConnection(first, second) || isCopy(second, first)
  }
  if (second.kind === 'push') return isCopy(second, first)
  if (first.kind !== 'command' || second.kind !== 'command') return false
  return concernTheSame(first, second)
}

// What the program does meanwhile on other connections does not wait for that.
function closesItself(event: TraceEvent): boolean {
  return event.kind === 'close' && event.by === 'client'
}

function isSameConnection(first: TraceEvent, second: TraceEvent): boolean {
  return isConnected(first) && isConnected(second) && first.connection === second.connection
}

type Command = Extract<TraceEvent, { kind: 'command' }>

// Two that subscribe do not get in each other's way.
function concernTheSame(first: Command, second: Command): boolean {
  const [a = '', b = ''] = [first.args[0], second.args[0]]
  const isSubscription = ({ name }: Command) => name.endsWith('SUBSCRIBE')
  if (isSubscription(first) && isSubscription(second)) return false
  return a === b || (first.name === 'PSUBSCRIBE' && matchesGlob(a, b))
}

function isCopy(push: TraceEvent, published: TraceEvent): boolean {
  if (push.kind !== 'push' || published.kind !== 'command') return false
  if (!/^S?PUBLISH$/.test(published.name)) return false
  const [channel, message] = push.args.slice(-2)
  return published.args[0] === channel && published.args[1] === message
}
