import type { WireEvent } from './events.ts'
import { rowOf } from './rows.ts'
import { columns, pad, shorten } from './text.ts'

const GAP = '  '
const RESULT_GAP = '   '
const WIDEST_RESULT = 30
const SHORTEST_WORD = 8

/**
 * Events as lines for people, in columns, with times relative to the first one:
 * `+12 ms  web.1  conn 2  SUBSCRIBE instances   -> ok`. Control characters are written out.
 *
 * @param options.width columns of the terminal, 80 unless told; long arguments are shortened
 */
export function formatWire(
  events: readonly WireEvent[],
  { width = 80 }: { width?: number } = {},
): string[] {
  const starts = startsOf(events)
  const rows = events.map(rowOf)
  const room = width - columns(starts[0] ?? '')
  const result = Math.min(WIDEST_RESULT, widest(rows.map((row) => row.result)))
  const texts = rows.filter((row) => row.result !== '').map((row) => row.words.join(' '))
  const column = Math.min(widest(texts), Math.max(10, room - RESULT_GAP.length - result))
  return rows.map(({ words, result: said }, i) => {
    const start = starts[i] ?? ''
    if (said === '') return start + fit(words, room)
    const text = pad(fit(words, column), column)
    return start + text + RESULT_GAP + shorten(said, room - column - RESULT_GAP.length)
  })
}

// When, who, where: padded to columns of their own.
function startsOf(events: readonly WireEvent[]): string[] {
  const began = events[0]?.at ?? 0
  const cells = events.map((event) => [
    `+${Math.round(event.at - began)} ms`,
    event.instance,
    `conn ${event.connection}`,
  ])
  const widths = [0, 1, 2].map((i) => widest(cells.map((row) => row[i] ?? '')))
  return cells.map((row) => row.map((cell, i) => pad(cell, widths[i] ?? 0) + GAP).join(''))
}

function widest(texts: string[]): number {
  return texts.reduce((most, text) => Math.max(most, columns(text)), 0)
}

// Takes from the longest word first: the names of command and channel are short, and matter.
function fit(words: string[], width: number): string {
  const fitting = [...words]
  for (;;) {
    const sizes = fitting.map(columns)
    const longest = Math.max(...sizes)
    const tooMuch = sizes.reduce((sum, size) => sum + size + 1, -1) - width
    if (tooMuch <= 0 || longest <= SHORTEST_WORD) return shorten(fitting.join(' '), width)
    const i = sizes.indexOf(longest)
    fitting[i] = shorten(fitting[i] ?? '', Math.max(SHORTEST_WORD, longest - tooMuch))
  }
}
