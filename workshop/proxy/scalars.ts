import { decodeText, type Slice } from './byte-reader.ts'
import { RespError, type RespValue } from './events.ts'

/** Thrown inside the decoders, and caught there: this is not Redis's protocol. */
export class ProtocolError extends Error {
  override readonly name = 'NotResp'
}

/** The text of a protocol line, which must end with a carriage return. */
export function lineOf(line: Slice): string {
  const { kept, length } = line
  if (kept.length < length) return decodeText(line)
  if (kept.at(-1) !== 13) throw new ProtocolError()
  return decodeText({ kept: kept.subarray(0, -1), length: length - 1 })
}

/** A length or a count. */
export function integerOf(text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw new ProtocolError()
  return Number(text)
}

/** A value that is one line: `+OK`, `:1`, `#t`, … */
export function scalarOf(type: string, text: string): RespValue {
  switch (type) {
    case '+':
      return text
    case '-':
      return new RespError(text)
    case ':':
      return wholeNumber(text)
    case '(':
      return bigNumber(text)
    case ',':
      return double(text)
    case '#':
      if (text !== 't' && text !== 'f') throw new ProtocolError()
      return text === 't'
    case '_':
      if (text !== '') throw new ProtocolError()
      return null
    default:
      throw new ProtocolError()
  }
}

function wholeNumber(text: string): number | bigint {
  const value = bigNumber(text)
  const near = Number(value)
  return Number.isSafeInteger(near) ? near : value
}

function bigNumber(text: string): bigint {
  if (!/^[+-]?\d+$/.test(text)) throw new ProtocolError()
  return BigInt(text.replace('+', ''))
}

function double(text: string): number {
  const special: Record<string, number> = { inf: Infinity, '-inf': -Infinity, nan: NaN }
  const value = special[text] ?? Number(text)
  if (text === '' || (Number.isNaN(value) && text !== 'nan')) throw new ProtocolError()
  return value
}
