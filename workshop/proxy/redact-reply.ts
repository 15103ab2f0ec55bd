import { RespError, type CommandEvent, type RespValue } from './events.ts'
import { redactKnown, isSecretSetting } from './redact.ts'

/** What was asked, as far as it decides what may be kept of the answer. */
export interface Asked {
  event: CommandEvent
  /** The command held a secret. */
  hid: boolean
}

/**
 * A reply without secrets: Redis quotes the offending argument in some errors, tells the
 * password to whoever asks CONFIG GET, and the hashes to whoever asks ACL.
 *
 * @param known secrets known from elsewhere
 */
export function redactReply(
  asked: Asked,
  reply: RespValue,
  known: readonly string[],
): RespValue {
  const { name, args } = asked.event
  const hide = (text: string) => redactKnown(text, known)
  if (reply instanceof RespError) {
    const quoting = asked.hid ? reply.message.replace(/'.*'/s, "'***'") : reply.message
    return new RespError(hide(quoting))
  }
  if (name === 'CONFIG') return mapTexts(withoutSettings(reply), hide)
  if (name === 'ACL')
    return mapTexts(reply, args[0]?.toUpperCase() === 'GENPASS' ? star : noHash)
  return known.length > 0 || typeof reply === 'string' ? mapTexts(reply, hide) : reply
}

/** Every text in a value, errors and keys included, put through a function. */
export function mapTexts(value: RespValue, change: (text: string) => string): RespValue {
  if (typeof value === 'string') return change(value)
  if (value instanceof RespError) return new RespError(change(value.message))
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change))
  if (!(value instanceof Map)) return value
  return new Map(
    [...value].map(([key, item]) => [mapTexts(key, change), mapTexts(item, change)]),
  )
}

// CONFIG GET answers a map, in RESP2 a list of names and values in turn.
function withoutSettings(reply: RespValue): RespValue {
  if (reply instanceof Map) {
    return new Map([...reply].map(([name, value]) => [name, starIf(name, value)]))
  }
  if (!Array.isArray(reply)) return reply
  return reply.map((item, i) => (i % 2 === 1 ? starIf(reply[i - 1] ?? null, item) : item))
}

function starIf(name: RespValue, value: RespValue): RespValue {
  return typeof name === 'string' && isSecretSetting(name) ? star() : value
}

function star(): string {
  return '***'
}

function noHash(text: string): string {
  return text.replaceAll(/[0-9a-f]{16,}/gi, '***')
}
