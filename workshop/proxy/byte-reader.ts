import { isUtf8 } from 'node:buffer'

/** Of one string at most this many bytes are kept. */
export const MAX_KEPT_BYTES = 64 * 1024

const LF = 10
const CR = 13
const MINUS = 45
const ZERO = 48
const NO_BYTES = Buffer.alloc(0)

/** The bytes are not RESP. Thrown and caught inside the decoders. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
}

/**
 * Reads lines and counted bytes from a stream that arrives in arbitrary chunks. A read that
 * returns false needs more bytes: call `feed`, then repeat the same read. Bytes are copied only
 * when a piece spans chunks, and of a long piece only the beginning is kept.
 */
export class ByteReader {
  /** How many bytes of the stream have been read. */
  offset = 0
  /** The piece read last: `bytes` from `start` to `end`. `length` is larger if it was cut. */
  bytes: Buffer = NO_BYTES
  start = 0
  end = 0
  length = 0
  #chunk: Buffer = NO_BYTES
  #at = 0
  // A piece that began in an earlier chunk.
  #parts: Buffer[] = []
  #kept = 0
  #seen = 0

  /** Adds a chunk. The previous one must have been read to its end. */
  feed(chunk: Buffer): void {
    this.#chunk = chunk
    this.#at = 0
  }

  /** The next byte, which stays unread. */
  peek(): number | undefined {
    return this.#chunk[this.#at]
  }

  /** Reads a line without its line feed. @param limit how many bytes to keep */
  readLine(limit = MAX_KEPT_BYTES): boolean {
    const end = this.#chunk.indexOf(LF, this.#at)
    if (end === -1) return this.#collect(this.#chunk.length, limit)
    this.#finish(end, limit)
    this.#advance(end + 1)
    return true
  }

  /** Reads exactly `count` bytes and keeps `limit` of them. */
  readBytes(count: number, limit = MAX_KEPT_BYTES): boolean {
    const end = this.#at + count - this.#seen
    if (end > this.#chunk.length) return this.#collect(this.#chunk.length, limit)
    this.#finish(end, limit)
    this.#advance(end)
    return true
  }

  /** Drops the carriage return that must end the line just read. */
  dropCarriageReturn(): void {
    if (this.length > this.end - this.start) return
    if (this.length === 0 || this.bytes[this.end - 1] !== CR) throw new ProtocolError()
    this.end--
    this.length--
  }

  /** The piece's text from its byte `skip` on. */
  text(skip = 0): string {
    return decodeText(this.bytes, this.start + skip, this.end, this.length - skip)
  }

  /** The piece as an integer, written as Redis accepts it (`string2ll`: no `01`, `+1`, `-0`). */
  integer(skip = 0): number {
    const { bytes, end } = this
    let at = this.start + skip
    const negative = bytes[at] === MINUS
    if (negative) at++
    const digits = end - at
    const leadingZero = bytes[at] === ZERO && (digits > 1 || negative)
    if (digits < 1 || digits > 15 || leadingZero) throw new ProtocolError()
    let value = 0
    for (; at < end; at++) {
      const digit = (bytes[at] ?? 0) - ZERO
      if (digit < 0 || digit > 9) throw new ProtocolError()
      value = value * 10 + digit
    }
    return negative ? -value : value
  }

  #advance(to: number): void {
    this.offset += to - this.#at
    this.#at = to
  }

  #collect(end: number, limit: number): false {
    const room = Math.min(end - this.#at, limit - this.#kept)
    if (room > 0) {
      this.#parts.push(this.#chunk.subarray(this.#at, this.#at + room))
      this.#kept += room
    }
    this.#seen += end - this.#at
    this.#advance(end)
    return false
  }

  #finish(end: number, limit: number): void {
    const keptEnd = Math.min(end, this.#at + Math.max(0, limit - this.#kept))
    this.length = this.#seen + end - this.#at
    if (this.#seen === 0) {
      this.bytes = this.#chunk
      this.start = this.#at
      this.end = keptEnd
      return
    }
    this.#parts.push(this.#chunk.subarray(this.#at, keptEnd))
    this.bytes = Buffer.concat(this.#parts)
    this.start = 0
    this.end = this.bytes.length
    this.#parts = []
    this.#kept = 0
    this.#seen = 0
  }
}

/**
 * The text of bytes. Bytes that are not UTF-8 are not lost: each from 0x80 on becomes the code
 * unit 0xdc00 + byte, which stands for no character (Python's "surrogateescape").
 *
 * @param length how long the whole was, if only its beginning was kept; the text then shows it
 */
export function decodeText(
  bytes: Buffer,
  start = 0,
  end = bytes.length,
  length = end - start,
): string {
  if (length > end - start) {
    return `${decodeText(bytes, start, wholeCharacters(bytes, start, end))}… (cut: ${length} bytes)`
  }
  const text = bytes.toString('utf8', start, end)
  // Invalid bytes and a genuine U+FFFD both decode to it.
  if (!text.includes('\ufffd') || isUtf8(bytes.subarray(start, end))) return text
  return bytes
    .toString('latin1', start, end)
    .replaceAll(/[\x80-\xff]/g, (byte) => String.fromCharCode(0xdc00 + byte.charCodeAt(0)))
}

// A cut may fall inside a character: leave out its beginning (at most three bytes).
function wholeCharacters(bytes: Buffer, start: number, end: number): number {
  for (let cut = end; cut >= Math.max(start, end - 3); cut--) {
    if (isUtf8(bytes.subarray(start, cut))) return cut
  }
  return end
}
