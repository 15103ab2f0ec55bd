import { normalizeNewlines } from './text.ts'

/** The decks of no step: what opens the day, and what closes it. */
export const bookendDecks = { opening: '00-opening', closing: '99-closing' }

/** A slide of a deck. */
export interface Slide {
  /** What is shown, as Markdown. */
  body: string
  /** The notes of the speaker, as Markdown. */
  notes: string
  /** How long that takes; undefined when the notes do not state it. */
  minutes: number | undefined
}

/** A fenced block. */
export interface CodeBlock {
  /** What stands behind the back-ticks: `console`. */
  info: string
  lines: string[]
}

/** Something a slide takes from elsewhere: `@goals 1-3`. */
export interface Directive {
  name: string
  words: string
}

/** Reads a deck: slides between lines `---`, and after a line `Note:` the notes. */
export function parseDeck(source: string): Slide[] {
  return normalizeNewlines(source).trim().split(/^---$/m).map(parseSlide)
}

function parseSlide(text: string): Slide {
  const [body = '', ...rest] = text.split(/^Note:$/m)
  const [first = '', ...notes] = rest.join('\n').trim().split('\n')
  const [, minutes] = /^(\d+) min$/.exec(first.trim()) ?? []
  return {
    body: body.trim(),
    notes: notes.join('\n').trim(),
    minutes: minutes === undefined ? undefined : Number(minutes),
  }
}

/** How long a deck takes, in minutes. */
export function minutesOf(slides: Slide[]): number {
  return slides.reduce((sum, { minutes = 0 }) => sum + minutes, 0)
}

/** The fenced blocks of a Markdown text. */
export function blocksOf(text: string): CodeBlock[] {
  return [...text.matchAll(/^```(.*)\n([^]*?)^```$/gm)].map(([, info = '', body = '']) => ({
    info: info.trim(),
    lines: body.split('\n').slice(0, -1),
  }))
}

/** Reads a line that begins with `@`. @returns undefined when it is something else */
export function parseDirective(line: string): Directive | undefined {
  const [, name, words = ''] = /^@(\w+) ?(.*)$/.exec(line.trim()) ?? []
  return name === undefined ? undefined : { name, words: words.trim() }
}

/** Which goals `@goals 2-4` shows; without numbers all of them. */
export function selectGoals(words: string, all: string[]): string[] {
  if (words === '') return all
  const [from = 0, to = from] = words.split('-').map(Number)
  return all.slice(from - 1, to)
}

/** The first table below a heading of this name. */
export function findTableUnder(markdown: string, heading: string): string | undefined {
  const lines = markdown.split('\n')
  const at = lines.findIndex((line) => /^#+ /.test(line) && line.endsWith(` ${heading}`))
  const below = at === -1 ? [] : lines.slice(at + 1)
  const end = below.findIndex((line) => line.startsWith('#'))
  const own = end === -1 ? below : below.slice(0, end)
  const table = own.filter((line) => line.startsWith('|'))
  return table.length > 0 ? table.join('\n') : undefined
}
