import { escapeControls } from '../terminal-text.ts'
import {
  RespError,
  type ClosedEvent,
  type CommandEvent,
  type OpenedEvent,
  type ProtocolErrorEvent,
  type RespValue,
  type WireEvent,
} from './events.ts'

/** The text of one event, in pieces. All of it is printable. */
export interface EventText {
  /** A command's words, or a sentence. */
  words: string[]
  /** The reply; empty when there can be none. */
  result: string
}

const closers: Record<ClosedEvent['by'], string> = {
  client: 'the program',
  server: 'Redis',
  proxy: 'the workshop',
}
const protocolErrors: Record<ProtocolErrorEvent['reason'], string> = {
  'plaintext-on-tls': 'sent plain text where TLS is expected',
  'tls-on-plaintext': 'sent TLS where plain text is expected',
  'not-resp': 'sent something that is not the Redis protocol',
  'unmatched-reply': 'received a reply that fits no command; later replies are not shown',
}

/**
 * Describes an event.
 *
 * @param limit characters of one argument that are of interest; the rest can be missing
 */
export function describeEvent(event: WireEvent, limit = Infinity): EventText {
  switch (event.kind) {
    case 'open':
      return { words: [connectedTo(event)], result: '' }
    case 'close':
      return { words: [`closed (by ${closers[event.by]})`], result: '' }
    case 'protocol-error':
      return { words: [protocolErrors[event.reason]], result: '' }
    case 'push':
      return { words: ['<-', ...wordsOf(event, limit)], result: '' }
    case 'command':
      return { words: wordsOf(event, limit), result: `-> ${resultOf(event, limit)}` }
  }
}

function connectedTo({ tls, node }: OpenedEvent): string {
  if (node) return `connected to node ${node}`
  return tls ? 'connected (TLS)' : 'connected'
}

function wordsOf(event: { name: string; args: string[] }, limit: number): string[] {
  const args = event.args.length > limit ? event.args.slice(0, limit) : event.args
  return [event.name, ...args].map((word) => shellWord(word, limit))
}

function resultOf({ name, reply, held, replyUnknown }: CommandEvent, limit: number): string {
  if (replyUnknown) return 'reply not known'
  if (reply === undefined) return held ? 'held (by the workshop)' : 'no reply'
  if (reply instanceof RespError) return `error ${escapeControls(reply.message)}`
  if (/^S?PUBLISH$/.test(name) && typeof reply === 'number') {
    return reply === 1 ? '1 receiver' : `${reply} receivers`
  }
  if (reply === 'OK' || name === 'HELLO' || name.endsWith('SUBSCRIBE')) return 'ok'
  return reply === 'QUEUED' ? 'queued' : valueText(reply, limit)
}

function valueText(value: RespValue, limit: number): string {
  if (value === null) return 'nil'
  if (typeof value === 'string') return shellWord(value, limit)
  if (Array.isArray(value)) return countItems(value.length)
  if (value instanceof Map) return countItems(value.size)
  return value instanceof RespError ? escapeControls(value.message) : String(value)
}

function countItems(items: number): string {
  return items === 1 ? '1 item' : `${items} items`
}

// Quoted where a space would make one word look like two.
function shellWord(word: string, limit: number): string {
  const text = escapeControls(word.length > limit ? word.slice(0, limit) : word)
  return text === '' || text.includes(' ') ? `'${text}'` : text
}

const UNTYPABLE = /[\p{Control}\p{Surrogate}]/gu

/**
 * The line to paste into a shell to send a command again. If it holds control characters or bytes
 * that are no text, `--quoted-input` makes redis-cli read `"\x00"` as Redis does.
 */
export function toRedisCli(command: CommandEvent): string {
  const words = [command.name, ...command.args]
  if (words.every((word) => word.search(UNTYPABLE) === -1)) {
    return ['redis-cli', ...words.map(shellQuoted)].join(' ')
  }
  const quoted = words.map((word) => shellQuoted(redisQuoted(word)))
  return ['redis-cli --quoted-input', ...quoted].join(' ')
}

function shellQuoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}

function redisQuoted(word: string): string {
  const safe = word
    .replaceAll(/["\\]/g, String.raw`\$&`)
    .replaceAll(UNTYPABLE, (char) => toHex(char).replaceAll(/../g, String.raw`\x$&`))
  return safe === word && word !== '' && !word.includes(' ') && !word.includes("'")
    ? word
    : `"${safe}"`
}

// A surrogate stands for a byte that is not UTF-8, see decodeText in byte-reader.ts.
function toHex(char: string): string {
  const byte = char.charCodeAt(0) - 0xdc00
  const bytes = byte >= 0x80 && byte <= 0xff ? [byte] : [...new TextEncoder().encode(char)]
  return bytes.map((one) => one.toString(16).padStart(2, '0')).join('')
}
