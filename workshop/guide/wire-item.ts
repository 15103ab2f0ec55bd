import { type RespValue, type WireEvent, RespError, rowOf, toRedisCli } from '../wire/index.ts'
import type { WholeItem, WireItem } from './protocol.ts'

const longest = 240
const longestWhole = 20_000

/** An event of the wire as a page shows it in one line. */
export function itemOf(event: WireEvent): WireItem {
  const { words, result } = rowOf(event)
  const { seq, at, instance, connection, kind } = event
  return {
    seq,
    at: Math.round(at),
    instance,
    connection,
    kind,
    name: 'name' in event ? event.name : '',
    text: cut(words.join(' '), longest),
    result: cut(result.replace(/^-> /, ''), longest),
    ...whereabouts(event),
  }
}

/** All of it, for the one who wants to know. */
export function wholeOf(event: WireEvent): WholeItem {
  const words = rowOf(event).words.map((word) => cut(word, longestWhole))
  if (event.kind !== 'command') return { words, reply: '', cli: '' }
  const reply = event.reply === undefined ? 'no reply' : textOf(event.reply)
  return { words, reply: cut(reply, longestWhole), cli: toRedisCli(event) }
}

function whereabouts(event: WireEvent): Pick<WireItem, 'channel' | 'pattern' | 'receivers'> {
  const nowhere = { channel: undefined, pattern: undefined, receivers: undefined }
  if (event.kind === 'push') {
    const [first, second] = event.args
    if (event.name === 'pmessage') return { ...nowhere, pattern: first, channel: second }
    return /^s?message$/.test(event.name) ? { ...nowhere, channel: first } : nowhere
  }
  if (event.kind !== 'command') return nowhere
  const [channel] = event.args
  if (/^[PS]?(UN)?SUBSCRIBE$/.test(event.name)) return { ...nowhere, channel }
  if (!/^S?PUBLISH$/.test(event.name)) return nowhere
  const receivers = typeof event.reply === 'number' ? event.reply : undefined
  return { ...nowhere, channel, receivers }
}

function textOf(value: RespValue, indent = ''): string {
  if (value instanceof RespError) return `(error) ${value.message}`
  if (Array.isArray(value)) {
    const items = value.map((item, at) => `${indent}${at + 1}) ${textOf(item, `${indent}  `)}`)
    return items.length === 0 ? '(empty)' : items.join('\n')
  }
  if (value instanceof Map) return textOf([...value].flat(), indent)
  return value === null ? '(nil)' : String(value)
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text
}
