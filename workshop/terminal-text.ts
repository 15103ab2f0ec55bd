/**
 * Text from outside (a program's output, a message of another instance) made safe for a terminal:
 * on one line, with no character that moves the cursor, turns the text round or starts an escape
 * sequence. Every function is linear in the part of the text that can be shown.
 */

// Controls, directions, invisible separators, and bytes that are no character.
const UNPRINTABLE =
  /[\p{Control}\p{Surrogate}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu
// A whole sequence that sets colors, and nothing that merely begins or ends like one.
const COLOR_OR_UNPRINTABLE = new RegExp(`\\x1b\\[[\\d;:]*m|${UNPRINTABLE.source}`, 'gu')
const WIDE =
  /^[\p{Emoji_Presentation}\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\u3000-\u303f\uff01-\uff60]/u
const INVISIBLE = /^[\p{M}\u200b-\u200d]+$/u
const ASCII = /^[ -~]*$/
const escapes: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }
// Code units for one column: enough for an emoji made of several, and for stacked accents.
const UNITS_PER_COLUMN = 16

/** Writes control characters as escapes, as redis-cli does: `\n`, `\x1b`, `\u202e`. */
export function escapeControls(text: string): string {
  return text.replaceAll(UNPRINTABLE, escapeControl)
}

/**
 * Makes one printed line safe: colors are removed, tabs become spaces, and every other control
 * character becomes a visible picture (`␛`, `␇`).
 */
export function showControls(text: string): string {
  return text.replaceAll(COLOR_OR_UNPRINTABLE, (found) => {
    if (found.length > 1) return ''
    if (found === '\t') return '    '
    const code = found.charCodeAt(0)
    if (code < 0x20) return String.fromCharCode(0x2400 + code)
    return code === 0x7f ? '␡' : escapeControl(found)
  })
}

function escapeControl(char: string): string {
  const code = char.charCodeAt(0)
  // A byte that was not UTF-8, see decodeText in byte-reader.ts.
  const byte = code >= 0xdc80 && code <= 0xdcff ? code - 0xdc00 : code
  if (byte < 0x100) return escapes[char] ?? `\\x${byte.toString(16).padStart(2, '0')}`
  return `\\u${byte.toString(16).padStart(4, '0')}`
}

/** How many columns of a terminal a text takes: two for 你 and 🎉. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length
  let width = 0
  for (const character of charactersOf(text)) width += widthOf(character)
  return width
}

/** More code units than so many columns can show. */
export function unitsFor(width: number): number {
  return Math.max(0, width + 1) * UNITS_PER_COLUMN
}

/** A text cut to so many columns; a cut shows as `…`. */
export function truncate(text: string, width: number): string {
  // Cut before it is measured: the text can be megabytes long.
  const start = text.slice(0, unitsFor(width))
  const isAscii = ASCII.test(start)
  const fits =
    start.length === text.length && (isAscii ? start.length : displayWidth(start)) <= width
  if (fits) return text
  if (width <= 0) return ''
  return `${isAscii ? start.slice(0, width - 1) : columnsOf(start, width - 1)}…`
}

/** A text filled up with spaces to so many columns. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)))
}

const segmenter = new Intl.Segmenter()

// What a reader sees as one. In pieces: the time that V8 takes for one text grows with its square.
function* charactersOf(text: string): Generator<string> {
  for (const piece of text.match(/[^]{1,1024}/gu) ?? [])
    for (const { segment } of segmenter.segment(piece)) yield segment
}

function columnsOf(text: string, width: number): string {
  let short = ''
  let left = width
  for (const character of charactersOf(text)) {
    left -= widthOf(character)
    if (left < 0) break
    short += character
  }
  return short
}

function widthOf(char: string): number {
  if (INVISIBLE.test(char)) return 0
  return WIDE.test(char) ? 2 : 1
}
