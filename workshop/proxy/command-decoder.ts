import { ByteReader, KEEP_BYTES, decodeText, type Slice } from './byte-reader.ts'
import { parseInlineCommand } from './inline-command.ts'
import { ProtocolError, integerOf, lineOf } from './scalars.ts'

/** A command as it stood in the stream. */
export interface SentCommand {
  /** Its name and arguments as sent: secrets included, so never keep this. */
  words: string[]
  /** How many words there were; of a very long command only the first are in `words`. */
  count: number
  /** Where it begins and ends, in bytes from the start of the stream. */
  start: number
  end: number
}

type Expected = 'command' | 'inline' | 'count' | 'length' | 'word' | 'end of word'

const STAR = 42
const DOLLAR = 36
const MOST_WORDS = 2 ** 31 - 1
const KEEP_WORDS = 10_000
const KEEP_IN_ALL = 4 * KEEP_BYTES

/**
 * Decodes what a program sends: arrays of strings, or lines typed by hand, one after another,
 * in chunks cut anywhere. Stricter than Redis: a string must end where it said, and no command
 * begins with `$`. Else what remains of a badly counted password would be taken for a command.
 * https://redis.io/docs/latest/develop/reference/protocol-spec/#sending-commands-to-a-redis-server
 */
export class CommandDecoder {
  /** It met something that is not RESP. From then on `feed` returns nothing. */
  broken = false
  readonly #reader = new ByteReader()
  #expected: Expected = 'command'
  #command = emptyCommand(0)
  #wordLength = 0
  #room = KEEP_IN_ALL
  #left = 0
  #out: SentCommand[] = []

  /** @returns the commands that the chunk completed, in order */
  feed(chunk: Buffer): SentCommand[] {
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

  /** Reads one piece of a command. @returns whether there may be more */
  #step(): boolean {
    if (this.#expected === 'command') return this.#begin()
    const piece = this.#nextPiece()
    if (!piece) return false
    if (this.#expected === 'inline') this.#inline(piece)
    else if (this.#expected === 'count') this.#count(piece)
    else if (this.#expected === 'length') this.#length(piece)
    else if (this.#expected === 'word') this.#word(piece)
    else this.#endOfWord(piece)
    return true
  }

  #nextPiece(): Slice | undefined {
    if (this.#expected === 'word') {
      return this.#reader.take(this.#wordLength, Math.min(KEEP_BYTES, this.#room))
    }
    return this.#expected === 'end of word' ? this.#reader.take(2, 2) : this.#reader.line()
  }

  #begin(): boolean {
    const first = this.#reader.peek()
    if (first === undefined) return false
    if (first === DOLLAR) throw new ProtocolError()
    this.#command = emptyCommand(this.#reader.offset)
    this.#room = KEEP_IN_ALL
    this.#expected = first === STAR ? 'count' : 'inline'
    return true
  }

  #inline(line: Slice): void {
    if (line.length > line.kept.length) throw new ProtocolError()
    const cr = line.kept.at(-1) === 13 ? 1 : 0
    this.#command.words = parseInlineCommand(line.kept.subarray(0, line.kept.length - cr))
    this.#command.count = this.#command.words.length
    this.#finish()
  }

  #count(line: Slice): void {
    this.#left = integerOf(lineOf(line).slice(1))
    if (this.#left > MOST_WORDS) throw new ProtocolError()
    this.#command.count = Math.max(0, this.#left)
    this.#expected = 'length'
    if (this.#left <= 0) this.#finish()
  }

  #length(line: Slice): void {
    const text = lineOf(line)
    this.#wordLength = integerOf(text.slice(1))
    if (!text.startsWith('$') || this.#wordLength < 0) throw new ProtocolError()
    this.#expected = 'word'
  }

  #word(piece: Slice): void {
    this.#room -= piece.kept.length
    if (this.#command.words.length < KEEP_WORDS) this.#command.words.push(decodeText(piece))
    this.#expected = 'end of word'
  }

  #endOfWord({ kept }: Slice): void {
    if (kept.toString('latin1') !== '\r\n') throw new ProtocolError()
    this.#left--
    this.#expected = 'length'
    if (this.#left === 0) this.#finish()
  }

  // An empty line or array is no command: Redis answers nothing to it.
  #finish(): void {
    this.#command.end = this.#reader.offset
    if (this.#command.count > 0) this.#out.push(this.#command)
    this.#expected = 'command'
  }
}

function emptyCommand(start: number): SentCommand {
  return { words: [], count: 0, start, end: start }
}
