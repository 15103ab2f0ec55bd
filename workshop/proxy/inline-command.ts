import { decodeText } from './byte-reader.ts'
import { ProtocolError } from './scalars.ts'

// Not \s: the text is bytes, and 0xa0 is the second half of an "à".
const SPACES = /^[ \t\n\v\f\r\0]+/
const PLAIN = /^[^ \t\n\r\0"']*/
const QUOTED = /^"((?:[^"\\]|\\[^])*)"|^'((?:[^'\\]|\\[^])*)'/
const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' }

/**
 * Splits a line as Redis does when a command is typed by hand (`sdssplitargs` in its sds.c):
 * `SET greeting "hello\n"` are three words. Throws where Redis refuses: a quote that does not
 * close, or that closes in the middle of a word.
 *
 * @param line without its line end
 */
export function parseInlineCommand(line: Buffer): string[] {
  const rest = { text: line.toString('latin1') }
  const words: string[] = []
  for (;;) {
    rest.text = rest.text.replace(SPACES, '')
    if (rest.text === '') return words
    const bytes = Buffer.from(nextWord(rest), 'latin1')
    words.push(decodeText({ kept: bytes, length: bytes.length }))
  }
}

// Plain characters, then perhaps a quoted part, which ends the word: a"b c" is one.
function nextWord(rest: { text: string }): string {
  const plain = PLAIN.exec(rest.text)?.[0] ?? ''
  rest.text = rest.text.slice(plain.length)
  if (!/^["']/.test(rest.text)) return plain
  const quoted = QUOTED.exec(rest.text)
  if (!quoted) throw new ProtocolError()
  rest.text = rest.text.slice(quoted[0].length)
  if (rest.text !== '' && !SPACES.test(rest.text)) throw new ProtocolError()
  const [, double, single = ''] = quoted
  return (
    plain + (double === undefined ? single.replaceAll(String.raw`\'`, "'") : unescape(double))
  )
}

function unescape(text: string): string {
  return text.replaceAll(/\\(?:x([0-9a-f]{2})|([^]))/gi, (_, hex?: string, one = '') =>
    hex === undefined ? (escapes[one] ?? one) : String.fromCharCode(parseInt(hex, 16)),
  )
}
