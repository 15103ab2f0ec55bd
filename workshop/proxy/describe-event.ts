import {
  RespError,
  type ClosedEvent,
  type CommandEvent,
  type ProtocolErrorEvent,
} from './events.ts'
import type { RespValue, WireEvent } from './events.ts'
import { escapeControls } from '../terminal-text.ts'

/** One event in pieces, all of them printable. */
export interface EventText {
  /** What happened: a command's words, or a sentence. */
  words: string[]
  /** What came of it; empty when nothing can. */
  result: string
}

const closers: Record<ClosedEvent['by'], string> = {
  client: 'the program',
  server: 'Redis',
  workshop: 'the workshop',
}
const oddities: Record<ProtocolErrorEvent['reason'], string> = {
  'plaintext-on-tls': 'sent plain text where TLS is expected',
  'tls-on-plaintext': 'spoke TLS where plain text is expected',
  'not-resp': "something that is not Redis's protocol",
}

/** Says what an event was. */
export function describeEvent(event: WireEvent): EventText {
  switch (event.kind) {
    case 'open':
      return { words: [event.tls ? 'connected (TLS)' : 'connected'], result: '' }
    case 'close':
      return { words: [`closed (by ${closers[event.by]})`], result: '' }
    case 'odd':
      return { words: [oddities[event.reason]], result: '' }
    case 'push':
      return { words: ['<-', event.name, ...event.args].map(legible), result: '' }
    case 'command':
      return {
        words: [event.name, ...event.args].map(legible),
        result: `-> ${resultOf(event)}`,
      }
  }
}

function resultOf({ name, reply }: CommandEvent): string {
  if (reply === undefined) return 'no reply'
  if (reply instanceof RespError) return `error ${escapeControls(reply.message)}`
  if (/^S?PUBLISH$/.test(name) && typeof reply === 'number') {
    return reply === 1 ? '1 receiver' : `${reply} receivers`
  }
  if (reply === 'OK' || name === 'HELLO' || name.endsWith('SUBSCRIBE')) return 'ok'
  return reply === 'QUEUED' ? 'queued' : valueOf(reply)
}

function valueOf(value: RespValue): string {
  if (value === null) return 'nil'
  if (typeof value === 'string') return legible(value)
  if (Array.isArray(value)) return counted(value.length)
  if (value instanceof Map) return counted(value.size)
  return value instanceof RespError ? escapeControls(value.message) : String(value)
}

function counted(items: number): string {
  return items === 1 ? '1 item' : `${items} items`
}

// As a shell would want it, where a space would make one word look like two.
function legible(word: string): string {
  const text = escapeControls(word)
  return text === '' || text.includes(' ') ? `'${text}'` : text
}
