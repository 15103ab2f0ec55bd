import { ByteReader, MAX_KEPT_BYTES, ProtocolError } from './byte-reader.ts'
import { RespError, type RespValue } from './events.ts'

/** Receives what a `ReplyDecoder` decodes. */
export interface ReplySink {
  /** @param type the first byte on the wire: `+`, `$`, `*`, …; `>` is a RESP3 push */
  onValue(value: RespValue, type: string): void
  /** An array begins. @returns true to receive its elements one by one, instead of the array */
  onArrayStart(length: number): boolean
}

// Of one reply, however deep and long it is.
const MAX_KEPT_ITEMS = 10_000
const MAX_KEPT_IN_ALL = 4 * MAX_KEPT_BYTES
const MAX_KEPT_DEPTH = 32
// Lua's stack ends at 8,000.
const MAX_DEPTH = 10_000
const MAX_BIG_NUMBER_DIGITS = 1000

const CR = 13
const LF = 10
const DOUBLE = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i

/** An array, set, map, push or attribute that is being read. */
interface Aggregate {
  type: string
  /** Values still to come. */
  left: number
  /** `undefined`: nothing of it is kept. Of a map: keys and values in turn. */
  items: RespValue[] | undefined
  /** Its place in the items of the aggregate around it. */
  slot: number
  /** How many values are not kept. */
  omitted: number
}

/**
 * Decodes what Redis sends in RESP2 and RESP3, in chunks cut anywhere. Long strings, lists and
 * deep structures are read through, and their beginning is kept. The streamed types of the RESP3
 * specification are missing: no version of Redis sends them.
 * https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
export class ReplyDecoder {
  /** The stream was not RESP. From then on `feed` does nothing. */
  broken = false
  readonly #sink: ReplySink
  readonly #reader = new ByteReader()
  readonly #stack: Aggregate[] = []
  // The string whose length has been read.
  #stringType = ''
  #stringLength = 0
  #stringText: string | undefined
  #itemsLeft = MAX_KEPT_ITEMS
  #bytesLeft = MAX_KEPT_IN_ALL

  constructor(sink: ReplySink) {
    this.#sink = sink
  }

  /** Decodes a chunk and passes on the values that it completed, in order. */
  feed(chunk: Buffer): void {
    if (this.broken) return
    this.#reader.feed(chunk)
    try {
      while (this.#step());
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.broken = true
    }
  }

  /** Reads one line or one string. @returns whether there may be more */
  #step(): boolean {
    const reader = this.#reader
    if (this.#stringType !== '') return this.#readString()
    // Room for a length at least, however much of a reply has been kept already.
    if (!reader.readLine(Math.max(64, this.#limit()))) return false
    reader.dropCarriageReturn()
    this.#bytesLeft -= reader.end - reader.start
    this.#readType(String.fromCharCode(reader.bytes[reader.start] ?? 0))
    return true
  }

  #readType(type: string): void {
    switch (type) {
      case '$':
      case '=':
      case '!':
        return this.#beginString(type)
      case '*':
      case '~':
      case '>':
      case '%':
      case '|':
        return this.#beginAggregate(type)
      default:
        return this.#add(scalar(type, this.#reader), type)
    }
  }

  #beginString(type: string): void {
    const length = this.#reader.integer(1)
    if (length === -1 && type === '$') return this.#add(null, type)
    if (length < 0) throw new ProtocolError()
    this.#stringType = type
    this.#stringLength = length
    this.#stringText = undefined
  }

  #readString(): boolean {
    const reader = this.#reader
    if (this.#stringText === undefined) {
      if (!reader.readBytes(this.#stringLength, this.#limit())) return false
      this.#bytesLeft -= reader.end - reader.start
      this.#stringText = reader.text()
    }
    if (!reader.readBytes(2)) return false
    const { bytes, start } = reader
    if (bytes[start] !== CR || bytes[start + 1] !== LF) throw new ProtocolError()
    const [type, text] = [this.#stringType, this.#stringText]
    this.#stringType = ''
    if (type === '!') this.#add(new RespError(text), type)
    else this.#add(type === '=' ? text.slice('txt:'.length) : text, type)
    return true
  }

  // How many bytes of the next piece to keep.
  #limit(): number {
    return Math.max(0, Math.min(MAX_KEPT_BYTES, this.#bytesLeft))
  }

  #beginAggregate(type: string): void {
    const length = this.#reader.integer(1)
    if (length === -1 && type === '*') return this.#add(null, type)
    if (length < 0 || this.#stack.length >= MAX_DEPTH) throw new ProtocolError()
    const parent = this.#stack.at(-1)
    if (!parent && type === '*' && this.#sink.onArrayStart(length)) return
    // Attributes describe the value that follows, and are not part of it.
    const counts = type !== '|' && (type !== '>' || !parent)
    const slot = parent && counts ? this.#reserve(parent) : 0
    const kept = type !== '|' && slot !== -1 && this.#stack.length < MAX_KEPT_DEPTH
    const left = type === '%' || type === '|' ? length * 2 : length
    this.#stack.push({ type, left, items: kept ? [] : undefined, slot, omitted: 0 })
    if (left === 0) this.#endAggregates()
  }

  // A place for a value in what is kept of a reply, or -1 when there is no more room.
  #reserve(parent: Aggregate): number {
    if (!parent.items || this.#itemsLeft <= 0) {
      parent.omitted++
      return -1
    }
    this.#itemsLeft--
    return parent.items.push(null) - 1
  }

  #add(value: RespValue, type: string): void {
    const parent = this.#stack.at(-1)
    if (!parent) return this.#emit(value, type)
    const slot = this.#reserve(parent)
    if (slot !== -1 && parent.items) parent.items[slot] = value
    parent.left--
    if (parent.left === 0) this.#endAggregates()
  }

  // The last value of an aggregate can be the last one of the aggregate around it, too.
  #endAggregates(): void {
    for (let top = this.#stack.at(-1); top?.left === 0; top = this.#stack.at(-1)) {
      this.#stack.pop()
      const parent = this.#stack.at(-1)
      if (top.type === '|') return
      const value = finishAggregate(top)
      // A push never is an element, wherever it stands.
      if (!parent || top.type === '>') return this.#emit(value, top.type)
      if (parent.items && top.slot !== -1) parent.items[top.slot] = value
      parent.left--
    }
  }

  #emit(value: RespValue, type: string): void {
    if (this.#stack.length === 0) {
      this.#itemsLeft = MAX_KEPT_ITEMS
      this.#bytesLeft = MAX_KEPT_IN_ALL
    }
    this.#sink.onValue(value, type)
  }
}

function finishAggregate({ type, items, omitted }: Aggregate): RespValue {
  if (!items) return '… (cut: nested too deeply)'
  const cut = `… (cut: ${items.length + omitted} items)`
  if (type !== '%') {
    if (omitted > 0) items.push(cut)
    return items
  }
  const map = new Map<RespValue, RespValue>()
  for (let i = 0; i + 1 < items.length; i += 2) map.set(items[i] ?? null, items[i + 1] ?? null)
  if (omitted > 0) map.set(`… (cut: ${(items.length + omitted) / 2} entries)`, null)
  return map
}

/** Reads a value that is one line: `+OK`, `:1`, `#t`, … */
function scalar(type: string, reader: ByteReader): RespValue {
  switch (type) {
    case '+':
      return reader.text(1)
    case '-':
      return new RespError(reader.text(1))
    case ':':
      return integer(reader)
    case '(':
      return bigNumber(reader.text(1))
    case ',':
      return double(reader.text(1))
    case '#':
      return boolean(reader.text(1))
    case '_':
      if (reader.length !== 1) throw new ProtocolError()
      return null
    default:
      throw new ProtocolError()
  }
}

function integer(reader: ByteReader): number | bigint {
  if (reader.length <= 16) return reader.integer(1)
  const text = reader.text(1)
  if (!/^-?\d{1,19}$/.test(text)) throw new ProtocolError()
  const value = BigInt(text)
  return Number.isSafeInteger(Number(value)) ? Number(value) : value
}

// A Lua script can send any text as a big number.
function bigNumber(text: string): bigint | string {
  if (text === '') throw new ProtocolError()
  const isNumber = text.length <= MAX_BIG_NUMBER_DIGITS && /^[+-]?\d+$/.test(text)
  return isNumber ? BigInt(text.replace('+', '')) : text
}

// What printf makes of infinities and of what is not a number differs between C libraries.
function double(text: string): number {
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text)
  if (special) {
    if (/nan/i.test(text)) return NaN
    return special[1] === '-' ? -Infinity : Infinity
  }
  if (!DOUBLE.test(text)) throw new ProtocolError()
  return Number(text)
}

function boolean(text: string): boolean {
  if (text !== 't' && text !== 'f') throw new ProtocolError()
  return text === 't'
}
