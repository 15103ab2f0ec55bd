import { describeEvent, toRedisCli } from '../proxy/describe-event.ts'
import { type RespValue, type WireEvent, RespError } from '../proxy/events.ts'
import { escapeControls } from '../terminal-text.ts'
import { signatureOf } from '../check/wire-signature.ts'
import type { WireDetails, WireItem } from './protocol.ts'

type CommandEvent = Extract<WireEvent, { kind: 'command' }>

const longest = 240
const longestWhole = 20_000
const longestWords = 80
// Longer messages are shown as they are.
const longestParsed = 5_000

// What libraries send by themselves, and what a check asks for.
const chatter = /^(HELLO|CLIENT|INFO|COMMAND|CLUSTER|CONFIG|SCRIPT|READONLY|QUIT)$/

/** Whether no program sends this command for what it does. */
export function isChatter(name: string): boolean {
  return chatter.test(name)
}

/** An event of the wire as a page shows it in one line. */
export function toWireItem(event: WireEvent): WireItem {
  const { words, result } = describeEvent(event)
  const { seq, at, instance, connection, kind } = event
  return {
    seq,
    at: Math.round(at),
    instance,
    connection,
    kind,
    name: 'name' in event ? event.name : '',
    text: truncateText(words.join(' '), longest),
    result: truncateText(result.replace(/^-> /, ''), longest),
    words: carriesMessage(event) ? messageWords(event.args.at(-1) ?? '') : '',
    ...routingOf(event),
    signature: JSON.stringify(signatureOf(event)),
  }
}

/**
 * A message in the words of its sender: its `text` if it has one, else its values. Without a word
 * among them it stays as it is: `{"id":4}`.
 *
 * @param payload as published, usually JSON: `{"instance":"web.2","event":"started"}`
 * @returns `web.2 started`
 */
export function messageWords(payload: string): string {
  const words = payload.length > longestParsed ? payload : readWords(payload)
  return truncateText(escapeControls(words.slice(0, longestParsed)), longestWords)
}

function readWords(payload: string): string {
  if (!/^\s*[[{"]/.test(payload)) return payload
  try {
    const values = leavesOf(JSON.parse(payload))
    const text = values.find(([key]) => key === 'text')
    const words = text ? text[1] : values.map(([, value]) => value).join(' ')
    return /\p{L}/u.test(words) ? words : payload
  } catch {
    return payload
  }
}

// Every value, with the key that it has.
function leavesOf(value: unknown, key = ''): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[key, String(value)]]
  return Object.entries(value).flatMap(([inner, one]) => leavesOf(one, inner))
}

/** Whether an event publishes a message. */
export function isPublish(event: WireEvent): event is CommandEvent {
  return event.kind === 'command' && /^S?PUBLISH$/.test(event.name)
}

function carriesMessage(event: WireEvent): event is WireEvent & { args: string[] } {
  return isPublish(event) || (event.kind === 'push' && /^[ps]?message$/.test(event.name))
}

/** The full text of an event. */
export function toWireDetails(event: WireEvent): WireDetails {
  const words = describeEvent(event).words.map((word) => truncateText(word, longestWhole))
  if (event.kind !== 'command') return { words, reply: '', cli: '' }
  const reply = event.reply === undefined ? 'no reply' : formatReply(event.reply)
  return { words, reply: truncateText(reply, longestWhole), cli: toRedisCli(event) }
}

function routingOf(event: WireEvent): Pick<WireItem, 'channel' | 'pattern' | 'receivers'> {
  const nowhere = { channel: undefined, pattern: undefined, receivers: undefined }
  if (event.kind === 'push') {
    const [first, second] = event.args
    if (event.name === 'pmessage') return { ...nowhere, pattern: first, channel: second }
    return /^s?message$/.test(event.name) ? { ...nowhere, channel: first } : nowhere
  }
  if (event.kind !== 'command') return nowhere
  const [channel] = event.args
  if (/^[PS]?(UN)?SUBSCRIBE$/.test(event.name)) return { ...nowhere, channel }
  if (!isPublish(event)) return nowhere
  const receivers = typeof event.reply === 'number' ? event.reply : undefined
  return { ...nowhere, channel, receivers }
}

function formatReply(value: RespValue, indent = ''): string {
  if (value instanceof RespError) return `(error) ${value.message}`
  if (Array.isArray(value)) {
    const items = value.map(
      (item, at) => `${indent}${at + 1}) ${formatReply(item, `${indent}  `)}`,
    )
    return items.length === 0 ? '(empty)' : items.join('\n')
  }
  if (value instanceof Map) return formatReply([...value].flat(), indent)
  return value === null ? '(nil)' : String(value)
}

function truncateText(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text
}
