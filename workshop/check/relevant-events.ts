import { type WireEvent, isHandshake } from '../proxy/index.ts'
import { type AppEvidence, type Evidence, relevantApps } from './evidence.ts'
import { matchesGlob } from './channels.ts'
import { isFrame, ownFrame, uncaughtError } from './evidence-queries.ts'
import type { Fact } from './facts.ts'

// Which of the events and lines belong to a failure: those that the fact is about, the app at
// fault first.

const mostEvents = 12
const mostLines = 8

// What is between a program and its clients alone.
const neverOnTheWire: ReadonlySet<Fact['kind']> = new Set([
  'cookie-wrong',
  'token-wrong',
  'token-accepted',
])

/** The wire events that a failure is about; the latest ones when the fact names none. */
export function relevantEvents(evidence: Evidence): WireEvent[] {
  const events = relevantApps(evidence)
    .flatMap((app) => (app.signalled === 'SIGKILL' ? beforeKill(app.wire) : app.wire))
    .filter((event) => !isHandshake(event))
    .toSorted((a, b) => a.seq - b.seq)
  if (neverOnTheWire.has(evidence.fact.kind)) return []
  const subject = subjectOf(evidence.fact, events)
  const named = events.filter((event) => isAbout(event, subject))
  // The opening of a connection matters beside another connection, not alone.
  const isEnough = named.length > 1 || named.some(({ seq }) => subject.seqs.includes(seq))
  return (isEnough ? named : events).slice(-mostEvents)
}

// The connections of an app that the check has killed are closed by the system, and not by the
// program: these are the last events. What the program closed before stays.
function beforeKill(wire: readonly WireEvent[]): readonly WireEvent[] {
  const last = wire.findLastIndex((event) => event.kind !== 'close' || event.by !== 'client')
  return wire.slice(0, last + 1)
}

interface Subject {
  channels: readonly string[]
  connections: readonly number[]
  seqs: readonly number[]
}

function subjectOf(fact: Fact, events: readonly WireEvent[]): Subject {
  const named = 'channel' in fact && fact.channel !== undefined ? [fact.channel] : []
  const channels = [...named, ...(fact.channels ?? [])]
  switch (fact.kind) {
    case 'command-out-of-order':
      return {
        channels: [fact.first.args[0] ?? '', fact.second.args[0] ?? ''],
        connections: [],
        seqs: [fact.first.seq, fact.second.seq],
      }
    case 'command-missing':
    case 'subscription-missing':
    case 'subscription-kept':
      return { channels, connections: [], seqs: fact.instead ? [fact.instead.seq] : [] }
    case 'command-wrong':
    case 'command-unexpected':
      return { channels, connections: [], seqs: [fact.command.seq] }
    case 'command-repeated': {
      const isMeant = (event: WireEvent) =>
        event.kind === 'command'
          ? event.name === fact.command && (!fact.channel || event.args[0] === fact.channel)
          : event.kind === 'close' && event.by === 'proxy'
      const seqs = events.filter(isMeant).map(({ seq }) => seq)
      return { channels: [], connections: [], seqs }
    }
    case 'connection-shared':
    case 'connection-lost':
      return { channels, connections: [fact.connection], seqs: [] }
    default:
      return { channels, connections: [], seqs: [] }
  }
}

function isAbout(event: WireEvent, { channels, connections, seqs }: Subject): boolean {
  if (seqs.includes(event.seq) || connections.includes(event.connection)) return true
  const names = event.kind === 'command' || event.kind === 'push' ? event.args : []
  const subscribes = event.kind === 'command' && /^P?SUBSCRIBE$/.test(event.name)
  return names.some((name) =>
    channels.some((one) => one === name || (subscribes && matchesGlob(name, one))),
  )
}

/**
 * The printed lines that a failure is about, each with the name of its app: those of the app at
 * fault, then those of the others.
 */
export function relevantOutput(evidence: Evidence, folder: string): string[] {
  const { app } = evidence
  // The app that printed last comes last: a report that has less room shows the last lines.
  const others = relevantApps(evidence)
    .filter((one) => one.name !== app?.name)
    .toSorted((a, b) => (a.lines.at(-1)?.seq ?? 0) - (b.lines.at(-1)?.seq ?? 0))
  const first = app ? linesOf(sincePart(app, evidence), folder).slice(-mostLines) : []
  const room = first.length > 0 ? 2 : mostLines
  const channels = evidence.fact.channels ?? []
  return [
    ...first,
    ...others.flatMap((one) =>
      aboutChannels(linesOf(sincePart(one, evidence), folder), channels).slice(-room),
    ),
  ]
}

// Without what it printed before the part of the goal that failed.
function sincePart(app: AppEvidence, { partSeq = 0 }: Evidence): AppEvidence {
  return { ...app, lines: app.lines.filter(({ seq }) => seq > partSeq) }
}

// Those that name one of the channels, or all when none does.
function aboutChannels(lines: string[], channels: readonly string[]): string[] {
  const named = lines.filter((line) => channels.some((channel) => line.includes(channel)))
  return named.length > 0 ? named : lines
}

function linesOf(app: AppEvidence, folder: string): string[] {
  const short = (text: string) => text.replaceAll(folder + '/', '').replaceAll('file://', '')
  const texts = app.lines
    .map(({ text }) => short(text))
    .filter((text) => text.trim() !== '' && !isFromV8(text))
  return textsOf(app, texts).map((text) => `${app.name} | ${text}`)
}

// Of an error with a stack the first line and the first frame in the learner's own files, marked
// where more was left out; lines that the program printed itself stay, in their order.
function textsOf(app: AppEvidence, texts: readonly string[]): string[] {
  const error = uncaughtError(app)
  if (!error && !texts.some(isFrame)) return [...texts]
  const frame = ownFrame(texts)
  if (!error) {
    return texts.flatMap((text) => {
      if (isFrame(text)) return frame && text.includes(frame) ? [`    at ${frame} …`] : []
      return isNoise(text) ? [] : [text]
    })
  }
  // The line that threw, as Node quotes it: its place, the code, and below that where in it.
  const plain = texts.filter(
    (text, i) =>
      !isNoise(text) &&
      text !== error.message &&
      !isCaret(texts[i + 1]) &&
      !(isCaret(texts[i + 2]) && /:\d+$/.test(text)),
  )
  const shown = [...plain.slice(-3), error.message]
  return frame === undefined ? shown : [...shown, `    at ${frame}`]
}

// What V8 writes below its reason when it gives up: frames of its own, which are not the program's.
function isFromV8(text: string): boolean {
  return /^\s*\d+: 0x[\da-f]+|^#+(FailureMessage .*)?$|^-+ (Native|JS) stack ?trace -+$/.test(
    text,
  )
}

// What Node writes around an error that no code caught.
function isNoise(text: string): boolean {
  const property = /^\s+\[?\w+\]?: .*[^;{]$|^\}$/.test(text)
  return (
    isFrame(text) ||
    property ||
    isCaret(text) ||
    /^node:|^Node\.js v|^\s+throw er; |triggerUncaught|^Emitted 'error' event/.test(text)
  )
}

function isCaret(text = ''): boolean {
  return /^\s*\^+$/.test(text)
}
