import { built, isElement, type Aggregate } from './aggregate.ts'
import { ByteReader, KEEP_BYTES, decodeText } from './byte-reader.ts'
import { RespError, type RespValue } from './events.ts'
import { ProtocolError, integerOf, lineOf, scalarOf } from './scalars.ts'

/** One thing Redis said. */
export interface Reply {
  value: RespValue
  /** It came as a RESP3 push (`>`), outside the order of replies. */
  push: boolean
}

// Of one reply, however deep and long it is.
const KEEP_ITEMS = 10_000
const KEEP_IN_ALL = 4 * KEEP_BYTES
const DEEPEST = 100

/**
 * Decodes what Redis sends: RESP2 and RESP3, every type, in chunks cut anywhere.
 * A long string is counted through and only its beginning kept.
 * https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
export class ReplyDecoder {
  /** It met something that is not RESP. From then on `feed` returns nothing. */
  broken = false
  readonly #reader = new ByteReader()
  #stack: Aggregate[] = []
  #string: { type: string; length: number; kept: RespValue | undefined } | undefined
  #streamed: string | undefined
  #items = KEEP_ITEMS
  #bytes = KEEP_IN_ALL
  #out: Reply[] = []

  /** @returns what the chunk completed, in order */
  feed(chunk: Buffer): Reply[] {
    if (this.broken) return []
    this.#out = []
    this.#reader.feed(chunk)
    try {
      while (this.#step());
    } catch {
      // A mistake of ours must not reach the connection either: whatever it was, give up.
      this.broken = true
    }
    return this.#out
  }

  /** Reads one line or one string. @returns whether there may be more */
  #step(): boolean {
    if (this.#string) return this.#readString(this.#string)
    const line = this.#reader.line()
    if (!line) return false
    const text = lineOf(line)
    this.#begin(text.charAt(0), text.slice(1))
    return true
  }

  #begin(type: string, rest: string): void {
    if (this.#streamed !== undefined && type !== ';') throw new ProtocolError()
    if (type === ';') return this.#beginChunk(rest)
    if (type === '.') return this.#endOfStream(rest)
    if ('$=!'.includes(type)) return this.#beginString(type, rest)
    if ('*~>%|'.includes(type)) return this.#beginAggregate(type, rest)
    this.#add(scalarOf(type, rest))
  }

  #beginString(type: string, rest: string): void {
    if (rest === '?' && type === '$') {
      this.#streamed = ''
      return
    }
    const length = integerOf(rest)
    if (length === -1 && type === '$') return this.#add(null)
    if (length < 0) throw new ProtocolError()
    this.#string = { type, length, kept: undefined }
  }

  #beginChunk(rest: string): void {
    if (this.#streamed === undefined) throw new ProtocolError()
    const length = integerOf(rest)
    if (length < 0) throw new ProtocolError()
    if (length > 0) {
      this.#string = { type: ';', length, kept: undefined }
      return
    }
    const whole = this.#streamed
    this.#streamed = undefined
    this.#add(whole)
  }

  #readString(string: { type: string; length: number; kept: RespValue | undefined }): boolean {
    if (string.kept === undefined) {
      const piece = this.#reader.take(string.length, Math.min(KEEP_BYTES, this.#bytes))
      if (!piece) return false
      this.#bytes -= piece.kept.length
      string.kept = decodeText(piece)
    }
    const end = this.#reader.take(2, 2)
    if (!end) return false
    if (end.kept.toString('latin1') !== '\r\n') throw new ProtocolError()
    this.#string = undefined
    this.#endString(string.type, String(string.kept))
    return true
  }

  #endString(type: string, text: string): void {
    if (type === ';') this.#streamed = (this.#streamed ?? '') + text
    else if (type === '!') this.#add(new RespError(text))
    else this.#add(type === '=' ? text.slice('txt:'.length) : text)
  }

  #beginAggregate(type: string, rest: string): void {
    const count = rest === '?' ? Infinity : integerOf(rest)
    if (count === -1 && type === '*') return this.#add(null)
    if (count < 0 || this.#stack.length >= DEEPEST) throw new ProtocolError()
    const left = type === '%' || type === '|' ? count * 2 : count
    const aggregate = { type, left, items: [], dropped: 0 }
    this.#stack.push(aggregate)
    if (left === 0) this.#endAggregate(aggregate)
  }

  #endOfStream(rest: string): void {
    const top = this.#stack.at(-1)
    if (rest !== '' || top?.left !== Infinity) throw new ProtocolError()
    this.#endAggregate(top)
  }

  #endAggregate(aggregate: Aggregate): void {
    this.#stack.pop()
    // Attributes say something about the value that follows; nobody here asks for them.
    if (aggregate.type === '|') return
    const value = built(aggregate)
    if (aggregate.type === '>' && !isElement(aggregate, this.#stack)) {
      this.#out.push({ value, push: true })
    } else {
      this.#add(value)
    }
  }

  #add(value: RespValue): void {
    const top = this.#stack.at(-1)
    if (!top) {
      this.#out.push({ value, push: false })
      this.#items = KEEP_ITEMS
      this.#bytes = KEEP_IN_ALL
      return
    }
    if (this.#items-- > 0) top.items.push(value)
    else top.dropped++
    top.left--
    if (top.left === 0) this.#endAggregate(top)
  }
}
