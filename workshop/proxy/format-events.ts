import type { WireEvent } from './events.ts'
import { describeEvent, type EventText } from './describe-event.ts'
import { displayWidth, pad, truncate } from '../terminal-text.ts'

const GAP = '  '
const RESULT_GAP = '   '
const USUAL_RESULT = '-> 12 receivers'.length
const LONG_RESULT = 35
const SHORTEST_WORD = 8

/**
 * Events as lines for people, in columns, with times relative to the first one:
 * `+12 ms  web.1  conn 2  SUBSCRIBE instances   -> ok`. Control characters are written out.
 *
 * @param options.width columns of the terminal, 80 unless told; long arguments are shortened
 */
export function formatEvents(
  events: readonly WireEvent[],
  { width = 80 }: { width?: number } = {},
): string[] {
  const starts = startsOf(events)
  const rows = events.map(describeEvent)
  const room = width - displayWidth(starts[0] ?? '')
  const column = columnOf(rows, room)
  return rows.map((row, i) => (starts[i] ?? '') + lineOf(row, room, column))
}

// How wide the texts may be that have a result behind them.
function columnOf(rows: EventText[], room: number): number {
  const result = Math.min(USUAL_RESULT, widest(rows.map((row) => row.result)))
  const texts = rows.filter((row) => row.result !== '').map((row) => row.words.join(' '))
  return Math.min(widest(texts), Math.max(10, room - RESULT_GAP.length - result))
}

// A result too long for its column, mostly an error, comes right behind its command.
function lineOf({ words, result }: EventText, room: number, column: number): string {
  if (result === '') return fit(words, room)
  const rest = room - RESULT_GAP.length
  const isLong = displayWidth(result) > rest - column
  const most = Math.max(10, rest - Math.min(LONG_RESULT, displayWidth(result)))
  const text = isLong ? fit(words, Math.min(column, most)) : pad(fit(words, column), column)
  return text + RESULT_GAP + truncate(result, rest - displayWidth(text))
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
  return texts.reduce((most, text) => Math.max(most, displayWidth(text)), 0)
}

// Takes from the longest word first: the names of command and channel are short, and matter.
function fit(words: string[], width: number): string {
  const fitting = [...words]
  for (;;) {
    const sizes = fitting.map(displayWidth)
    const longest = Math.max(...sizes)
    const tooMuch = sizes.reduce((sum, size) => sum + size + 1, -1) - width
    if (tooMuch <= 0 || longest <= SHORTEST_WORD) return truncate(fitting.join(' '), width)
    const i = sizes.indexOf(longest)
    fitting[i] = truncate(fitting[i] ?? '', Math.max(SHORTEST_WORD, longest - tooMuch))
  }
}
