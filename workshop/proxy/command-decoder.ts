import { ByteReader, MAX_KEPT_BYTES, ProtocolError, decodeText } from './byte-reader.ts'

/** A command as a client sent it: secrets included, so never keep this. */
export interface DecodedCommand {
  name: string
  args: string[]
  /** How many arguments there were; of a very long command only the first are in `args`. */
  argCount: number
  /** Where it begins, in bytes from the start of the stream. */
  start: number
  /** Where it ends. */
  end: number
}

const STAR = 42
const DOLLAR = 36
const CR = 13
const LF = 10
const MAX_COUNT = 2 ** 31 - 1
const MAX_KEPT_ARGS = 10_000
const MAX_KEPT_IN_ALL = 4 * MAX_KEPT_BYTES

/**
 * Decodes what a client sends: arrays of bulk strings, or inline commands, in chunks cut
 * anywhere. Stricter than Redis: a string must end at its length, and no command begins
 * with `$`. Otherwise the rest of a badly counted password would be taken for a command.
 * https://redis.io/docs/latest/develop/reference/protocol-spec/#sending-commands-to-a-redis-server
 */
export class CommandDecoder {
  /** The stream was not RESP. From then on `feed` returns nothing. */
  broken = false
  readonly #reader = new ByteReader()
  #next: 'command' | 'inline' | 'count' | 'length' | 'word' | 'word end' = 'command'
  #name: string | undefined
  #args: string[] = []
  #argCount = 0
  #start = 0
  #wordsLeft = 0
  #wordLength = 0
  #room = MAX_KEPT_IN_ALL
  #decoded: DecodedCommand[] = []

  /** @returns the commands that the chunk completed, in order */
  feed(chunk: Buffer): DecodedCommand[] {
    if (this.broken) return []
    this.#decoded = []
    this.#reader.feed(chunk)
    try {
      while (this.#step());
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.broken = true
    }
    return this.#decoded
  }

  /** Reads one piece. @returns whether there may be more */
  #step(): boolean {
    const reader = this.#reader
    switch (this.#next) {
      case 'command':
        return this.#begin(reader.peek())
      case 'inline':
        return reader.readLine() && this.#inline()
      case 'count':
        return reader.readLine() && this.#readCount()
      case 'length':
        return reader.readLine() && this.#readLength()
      case 'word':
        return (
          reader.readBytes(this.#wordLength, Math.min(MAX_KEPT_BYTES, this.#room)) &&
          this.#readWord()
        )
      case 'word end':
        return reader.readBytes(2) && this.#endWord()
    }
  }

  #begin(first: number | undefined): boolean {
    if (first === undefined) return false
    if (first === DOLLAR) throw new ProtocolError()
    this.#name = undefined
    this.#args = []
    this.#start = this.#reader.offset
    this.#room = MAX_KEPT_IN_ALL
    this.#next = first === STAR ? 'count' : 'inline'
    return true
  }

  #inline(): true {
    const { bytes, start, end, length } = this.#reader
    // Redis answers "too big inline request".
    if (length > end - start) throw new ProtocolError()
    const lineEnd = end > start && bytes[end - 1] === CR ? end - 1 : end
    const [name, ...args] = parseInlineCommand(bytes.toString('latin1', start, lineEnd))
    this.#name = name
    this.#args = args
    this.#argCount = args.length
    return this.#finish()
  }

  #readCount(): true {
    this.#reader.dropCarriageReturn()
    const count = this.#reader.integer(1)
    if (count > MAX_COUNT) throw new ProtocolError()
    this.#wordsLeft = count
    this.#argCount = count - 1
    this.#next = 'length'
    return count > 0 || this.#finish()
  }

  #readLength(): true {
    const reader = this.#reader
    reader.dropCarriageReturn()
    if (reader.bytes[reader.start] !== DOLLAR) throw new ProtocolError()
    this.#wordLength = reader.integer(1)
    if (this.#wordLength < 0) throw new ProtocolError()
    this.#next = 'word'
    return true
  }

  #readWord(): true {
    const reader = this.#reader
    this.#room -= reader.end - reader.start
    if (this.#name === undefined) this.#name = reader.text()
    else if (this.#args.length < MAX_KEPT_ARGS) this.#args.push(reader.text())
    this.#next = 'word end'
    return true
  }

  #endWord(): true {
    const { bytes, start } = this.#reader
    if (bytes[start] !== CR || bytes[start + 1] !== LF) throw new ProtocolError()
    this.#wordsLeft--
    this.#next = 'length'
    return this.#wordsLeft > 0 || this.#finish()
  }

  // An empty line or array is no command: Redis does not reply to it.
  #finish(): true {
    this.#next = 'command'
    if (this.#name === undefined) return true
    this.#decoded.push({
      name: this.#name,
      args: this.#args,
      argCount: this.#argCount,
      start: this.#start,
      end: this.#reader.offset,
    })
    return true
  }
}

// Not \s: the text is bytes, and 0xa0 is the second half of an "à".
const SPACES = /[ \t\n\v\f\r]*/y
const PLAIN = /[^ \t\n\r"']*/y
const QUOTED = /"((?:[^"\\]|\\[^])*)"|'((?:[^'\\]|\\'|\\(?!'))*)'/y
const SPACE_OR_END = /[ \t\n\v\f\r]|$/y
const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' }

/**
 * Splits an inline command as Redis does (`sdssplitargs` in sds.c): `SET greeting "hello\n"` has
 * three words.
 *
 * @param line its bytes as Latin-1, without the line end
 * @throws ProtocolError where Redis refuses (a quote that does not close, or that closes in the
 *   middle of a word) or reads no further (a NUL)
 */
export function parseInlineCommand(line: string): string[] {
  if (line.includes('\0')) throw new ProtocolError()
  const words: string[] = []
  let at = 0
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at
    const found = pattern.exec(line)
    if (found) at += found[0].length
    return found
  }
  for (match(SPACES); at < line.length; match(SPACES)) {
    // Plain characters, then perhaps a quoted part, which ends the word: a"b c" is one.
    let word = match(PLAIN)?.[0] ?? ''
    if (line[at] === '"' || line[at] === "'") {
      const quoted = match(QUOTED)
      if (!quoted || !match(SPACE_OR_END)) throw new ProtocolError()
      const [, double, single = ''] = quoted
      word += double === undefined ? single.replaceAll(String.raw`\'`, "'") : unescape(double)
    }
    words.push(decodeText(Buffer.from(word, 'latin1')))
  }
  return words
}

function unescape(text: string): string {
  return text.replaceAll(/\\(?:x([0-9a-fA-F]{2})|([^]))/g, (_, hex?: string, one = '') =>
    hex === undefined ? (escapes[one] ?? one) : String.fromCharCode(parseInt(hex, 16)),
  )
}
