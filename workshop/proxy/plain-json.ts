import { RespError } from './events.ts'

/** For `JSON.stringify`: what JSON does not know and a reply can hold. */
export function toPlain(_key: string, value: unknown): unknown {
  if (value instanceof RespError) return { $error: value.message }
  if (value instanceof Map) return { $map: [...value] }
  if (typeof value === 'bigint') return { $bigint: String(value) }
  return value
}

/** For `JSON.parse`: the same back. */
export function fromPlain(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if ('$error' in value) return new RespError(String(value.$error))
  if ('$map' in value) return new Map(value.$map as [unknown, unknown][])
  if ('$bigint' in value) return BigInt(String(value.$bigint))
  return value
}
