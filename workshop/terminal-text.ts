/** What must not reach a terminal: controls, directions, and bytes that are no character. */
const UNPRINTABLE = /[\p{Control}\p{Surrogate}\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu
const WIDE =
  /^[\p{Emoji_Presentation}\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\u3000-\u303f\uff01-\uff60]/u
const INVISIBLE = /^[\p{M}\u200b-\u200d]+$/u
const named: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** A text on one line, whatever is in it: `\n`, `\x1b`, `\u202e` are written out. */
export function escapeControls(text: string): string {
  return text.replaceAll(UNPRINTABLE, (char) => {
    const code = char.charCodeAt(0)
    // A byte that was not UTF-8, see textOf in bytes.ts.
    const byte = code >= 0xdc80 && code <= 0xdcff ? code - 0xdc00 : code
    if (byte < 0x100) return named[char] ?? `\\x${byte.toString(16).padStart(2, '0')}`
    return `\\u${byte.toString(16)}`
  })
}

/** How many columns of a terminal a text takes: two for 你 and 🎉. */
export function displayWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length
  return [...characters(text)].reduce((sum, char) => sum + columnsOf(char), 0)
}

/** A text cut to so many columns; a cut shows as `…`. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  let short = ''
  let left = width - 1
  for (const char of characters(text)) {
    left -= columnsOf(char)
    if (left < 0) break
    short += char
  }
  return width > 0 ? `${short}…` : ''
}

/** A text filled up with spaces to so many columns. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)))
}

const segmenter = new Intl.Segmenter()

function* characters(text: string): Iterable<string> {
  for (const { segment } of segmenter.segment(text)) yield segment
}

function columnsOf(char: string): number {
  if (INVISIBLE.test(char)) return 0
  return WIDE.test(char) ? 2 : 1
}
