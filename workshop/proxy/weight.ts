import type { RespValue, WireEvent } from './events.ts'

/** How much text an event holds, in characters: what a recording's size is counted in. */
export function eventSize(event: WireEvent): number {
  if (event.kind !== 'command' && event.kind !== 'push') return 0
  const args = event.args.reduce((sum, arg) => sum + arg.length, 0)
  return args + (event.kind === 'command' ? textInReply(event.reply) : 0)
}

function textInReply(value: RespValue | undefined): number {
  if (typeof value === 'string') return value.length
  // An item costs something even when it holds no text.
  if (Array.isArray(value))
    return value.reduce<number>((sum, item) => sum + 8 + textInReply(item), 0)
  if (!(value instanceof Map)) return 0
  return textInReply([...value.keys()]) + textInReply([...value.values()])
}
