import { displayWidth, pad, truncate, unitsFor } from '../terminal-text.ts'
import { describeEvent, type EventText } from './describe-event.ts'
import type { CommandEvent, WireEvent } from './events.ts'

/** How to format events. */
export interface FormatOptions {
  /** Columns of the terminal, 80 by default; long arguments are shortened. */
  width?: number
  /** The `at` that times are relative to; by default that of the first event. */
  since?: number | undefined
  /** The highest `seq` that was printed before: a reply to an older command is marked. */
  printedSeq?: number
  /** Leaves out the name of the instance, where there is one alone. */
  withoutInstance?: boolean
  /** An argument that was expected: of those that begin like it, the difference is shown. */
  expected?: string | undefined
}

/** One line: an event, with the reply to it. */
interface Line extends EventText {
  event: WireEvent
  seq: number
  at: number
}

const GAP = '  '
const RESULT_GAP = '   '
const USUAL_RESULT = '-> 12 receivers'.length
const LONG_RESULT = 35
const SHORTEST_WORD = 6
const LIKELY_CUT = 16
const CONTEXT = 2

/**
 * Events as lines, in columns: `+12 ms  web.1  conn 2  SUBSCRIBE instances   -> ok`. A reply
 * that came after an event of another connection has its time beside it.
 */
export function formatEvents(
  events: readonly WireEvent[],
  {
    width = 80,
    since = events[0]?.at ?? 0,
    printedSeq = 0,
    withoutInstance,
    expected,
  }: FormatOptions = {},
): string[] {
  const limit = unitsFor(width)
  const ms = (at: number) => `+${Math.round(at - since)} ms`
  const lines = events.map((event): Line => {
    const line = { ...describeEvent(event, limit), event, seq: event.seq, at: event.at }
    if (event.kind !== 'command') return line
    const { seq, at, replySeq, repliedAt } = event
    if (replySeq === undefined || repliedAt === undefined) return line
    if (seq < printedSeq) {
      return {
        ...line,
        result: `${line.result} (sent at ${ms(at)})`,
        seq: replySeq,
        at: repliedAt,
      }
    }
    if (event.wasHeld) {
      // The first word of an error names it: there is room for little more.
      const reply = line.result.replace(/^-> error /, ': ').replace(/^-> /, ', then ')
      return { ...line, result: `-> held until ${ms(repliedAt)}${reply}` }
    }
    const late = isOvertaken(event, replySeq, events) ? ` at ${ms(repliedAt)}` : ''
    return { ...line, result: line.result + late }
  })
  lines.sort((a, b) => a.seq - b.seq)
  const starts = prefixes(lines, ms, withoutInstance)
  const room = width - displayWidth(starts[0] ?? '')
  showDifferences(lines, room, expected)
  const column = textColumn(lines, room)
  const columns = lines.map((line) => splitLine(line, room, column))
  // The texts may turn out shorter than their column.
  const used = widest(columns.map(({ text, result }) => (result === '' ? '' : text)))
  return columns.map(({ text, result, isLong }, i) => {
    if (result === '') return (starts[i] ?? '') + text
    const padded = isLong && used + displayWidth(result) > room ? text : pad(text, used)
    return (starts[i] ?? '') + padded + result
  })
}

// Whether something happened on another connection before the reply came.
function isOvertaken(
  { seq, instance, connection }: CommandEvent,
  replySeq: number,
  events: readonly WireEvent[],
): boolean {
  return events.some(
    (other) =>
      other.seq > seq &&
      other.seq < replySeq &&
      (other.connection !== connection || other.instance !== instance),
  )
}

// How wide the texts may be that have a result behind them.
function textColumn(lines: Line[], room: number): number {
  const result = Math.min(USUAL_RESULT, widest(lines.map((line) => line.result)))
  const texts = lines.filter((line) => line.result !== '').map((line) => line.words.join(' '))
  return Math.min(widest(texts), Math.max(10, room - RESULT_GAP.length - result))
}

// A result too long for its column, mostly an error, comes right behind its command.
function splitLine({ words, result }: Line, room: number, column: number) {
  if (result === '') return { text: fitWords(words, room), result }
  const rest = room - RESULT_GAP.length
  const shown = truncate(result, rest)
  const width = displayWidth(shown)
  const isLong = width > rest - column
  const most = Math.max(10, rest - Math.min(LONG_RESULT, width))
  const text = fitWords(words, isLong ? Math.min(column, most) : column)
  return { text, result: RESULT_GAP + truncate(shown, rest - displayWidth(text)), isLong }
}

// When, who, where: padded to columns of their own.
function prefixes(
  lines: readonly Line[],
  ms: (at: number) => string,
  withoutInstance = false,
): string[] {
  const cells = lines.map(({ at, event }) => [
    ms(at),
    ...(withoutInstance ? [] : [event.instance]),
    `conn ${event.connection}`,
  ])
  const widths = [0, 1, 2].map((i) => widest(cells.map((row) => row[i] ?? '')))
  return cells.map((row) => row.map((cell, i) => pad(cell, widths[i] ?? 0) + GAP).join(''))
}

function widest(texts: string[]): number {
  return texts.reduce((most, text) => Math.max(most, displayWidth(text)), 0)
}

// Takes from the longest word first: the names of command and channel are short, and matter.
function fitWords(words: string[], width: number): string {
  // No more than one word for every two columns can be seen.
  const fitting = words.slice(0, width).map((word) => truncate(word, width + 1))
  const sizes = fitting.map(displayWidth)
  for (;;) {
    const longest = Math.max(...sizes)
    const tooMuch = sizes.reduce((sum, size) => sum + size + 1, -1) - width
    if (tooMuch <= 0 || longest <= SHORTEST_WORD) return truncate(fitting.join(' '), width)
    const i = sizes.indexOf(longest)
    fitting[i] = truncate(fitting[i] ?? '', Math.max(SHORTEST_WORD, longest - tooMuch))
    sizes[i] = displayWidth(fitting[i] ?? '')
  }
}

/**
 * Long words that begin alike would all be cut to the same text: two messages with different ids
 * would look like one. Of such words, shows where they begin to differ, also from an expected one.
 */
function showDifferences(lines: Line[], room: number, expected: string | undefined): void {
  const groups = new Map<string, Set<string>>()
  if (expected) groups.set(startOf(expected), new Set([expected]))
  const isCut = ({ words, result }: Line) => words.join(' ').length + result.length > room
  for (const word of lines.filter(isCut).flatMap(({ words }) => words)) {
    const group = groups.get(startOf(word)) ?? new Set()
    groups.set(startOf(word), group.add(word))
  }
  const skips = new Map([...groups].map(([start, words]) => [start, commonLength([...words])]))
  for (const line of lines.filter(isCut)) {
    line.words = line.words.map((word) => {
      const same = skips.get(startOf(word)) ?? 0
      if (same <= LIKELY_CUT) return word
      // Not in the middle of a character.
      const from = /[\udc00-\udfff]/.test(word[same - CONTEXT] ?? '')
        ? same - 1
        : same - CONTEXT
      return `…${word.slice(from)}`
    })
  }
}

function startOf(word: string): string {
  return word.slice(0, LIKELY_CUT)
}

// How long the beginning is that all of several texts share; 0 for one text.
function commonLength([first = '', ...others]: string[]): number {
  if (others.length === 0) return 0
  let length = 0
  while (length < first.length && others.every((other) => other[length] === first[length]))
    length++
  return length
}
