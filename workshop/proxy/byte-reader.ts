import { isUtf8 } from 'node:buffer'

/** Of one string at most this many bytes are kept. */
export const KEEP_BYTES = 64 * 1024

const LF = 10

/** A piece of the stream: how long it was, and the beginning of it. */
export interface Slice {
  kept: Buffer
  length: number
}

/**
 * Reads lines and counted bytes out of a stream that comes in arbitrary chunks. Whoever asks
 * for more than there is gets `undefined` and asks again, for the same thing, after `feed`.
 * Keeps the beginning of the piece being read and nothing else.
 */
export class ByteReader {
  /** How many bytes of the stream have been read. */
  offset = 0
  #chunk: Buffer = Buffer.alloc(0)
  #at = 0
  #parts: Buffer[] = []
  #kept = 0
  #length = 0

  /** Adds a chunk. The one before must have been read to its end. */
  feed(chunk: Buffer): void {
    this.#chunk = chunk
    this.#at = 0
  }

  /** The next byte, which stays unread. */
  peek(): number | undefined {
    return this.#chunk[this.#at]
  }

  /** Reads up to and with the next line feed; the piece does not hold it. */
  line(): Slice | undefined {
    const end = this.#chunk.indexOf(LF, this.#at)
    if (end === -1) {
      this.#collect(this.#chunk.length, KEEP_BYTES)
      return undefined
    }
    this.#collect(end, KEEP_BYTES)
    this.#skip(1)
    return this.#finish()
  }

  /**
   * Reads exactly `length` bytes.
   *
   * @param keep how many of them are worth keeping
   */
  take(length: number, keep: number): Slice | undefined {
    const missing = length - this.#length
    const end = Math.min(this.#chunk.length, this.#at + missing)
    this.#collect(end, keep)
    return this.#length === length ? this.#finish() : undefined
  }

  #skip(count: number): void {
    this.#at += count
    this.offset += count
  }

  #collect(end: number, keep: number): void {
    const room = Math.max(0, keep - this.#kept)
    const part = this.#chunk.subarray(this.#at, Math.min(end, this.#at + room))
    if (part.length > 0) this.#parts.push(part)
    this.#kept += part.length
    this.#length += end - this.#at
    this.#skip(end - this.#at)
  }

  #finish(): Slice {
    const [first, ...more] = this.#parts
    const kept = more.length > 0 ? Buffer.concat(this.#parts) : (first ?? Buffer.alloc(0))
    const piece = { kept, length: this.#length }
    this.#parts = []
    this.#kept = 0
    this.#length = 0
    return piece
  }
}

/**
 * The text of a piece. Bytes that are not UTF-8 are not lost: each from 0x80 on becomes the
 * code unit 0xdc00 + byte, which stands for no character (Python's "surrogateescape").
 * A piece of which only the beginning was kept says how long it was.
 */
export function decodeText(piece: Slice): string {
  if (piece.kept.length === piece.length) return decode(piece.kept)
  return `${decode(wholeCharacters(piece.kept))}… (cut: ${piece.length} bytes)`
}

function decode(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8')
  return bytes
    .toString('latin1')
    .replaceAll(/[\x80-\xff]/g, (byte) => String.fromCharCode(0xdc00 + byte.charCodeAt(0)))
}

// A cut may fall inside a character: leave out its beginning (at most three bytes).
function wholeCharacters(bytes: Buffer): Buffer {
  const enough = Math.max(0, bytes.length - 3)
  for (let end = bytes.length; end >= enough; end--) {
    if (isUtf8(bytes.subarray(0, end))) return bytes.subarray(0, end)
  }
  return bytes
}
