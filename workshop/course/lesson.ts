import { normalizeNewlines } from './text.ts'

/** A step's README.md and hints.md, as far as the workshop itself needs them. */
export interface Lesson {
  /** What follows ` · ` in the first heading. */
  title: string
  /** How long it takes, as the lesson estimates; undefined when that is not stated. */
  minutes: number | undefined
  /** The bullets of "Goals": word for word the names of the check's tests. */
  goals: string[]
  /** The three hints, the smallest first: Nudge, Concept, Nearly code. */
  hints: Hint[]
  /** The whole lesson, line ends as LF. */
  text: string
}

/** A hint, as Markdown. */
export interface Hint {
  title: string
  text: string
}

/** A part of a lesson under a `##` heading. */
export interface Section {
  name: string
  lines: string[]
}

/** The Markdown files of a step's folder. They are pages, not code: a solution has none. */
export const lessonFiles = ['README.md', 'hints.md']

/**
 * Reads a lesson. What is missing comes out empty: `npm run verify` reports it.
 *
 * @param source the step's README.md
 * @param hints its hints.md
 */
export function parseLesson(source: string, hints = ''): Lesson {
  const text = normalizeNewlines(source)
  const heading = /^# (.*)$/m.exec(text)?.[1] ?? ''
  const [, title] = /^.*? · (.*)$/.exec(heading) ?? []
  const [, minutes] = /^.*\*\*Time\*\*: about (\d+) minutes/m.exec(text) ?? []
  return {
    title: (title ?? heading).trim(),
    minutes: minutes === undefined ? undefined : Number(minutes),
    goals: bullets(sectionNamed(text, 'Goals') ?? []),
    hints: parseHints(normalizeNewlines(hints)),
    text,
  }
}

/** The `##` sections of a lesson, in order. Headings inside of code blocks are code. */
export function sectionsOf(text: string): Section[] {
  const sections: Section[] = []
  let fenced = false
  for (const line of text.split('\n')) {
    if (/^\s*(```|~~~)/.test(line)) fenced = !fenced
    const name = fenced ? undefined : /^## (.+?)\s*$/.exec(line)?.[1]
    if (name === undefined) sections.at(-1)?.lines.push(line)
    else sections.push({ name, lines: [] })
  }
  return sections
}

/** The hints of a step: a `##` section of its hints.md for each. */
export function parseHints(text: string): Hint[] {
  return sectionsOf(text).map(({ name, lines }) => ({
    title: name,
    text: lines.join('\n').trim(),
  }))
}

/** The anchor of a heading, as GitHub makes it. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}

function sectionNamed(text: string, name: string): string[] | undefined {
  return sectionsOf(text).find((section) => section.name === name)?.lines
}

// A bullet may go on in the lines below it; it ends at the next bullet or an empty line.
function bullets(lines: string[]): string[] {
  const found: string[] = []
  let open = false
  for (const line of lines) {
    const start = /^[-*] +(.*)$/.exec(line)?.[1]
    if (start !== undefined) found.push(start.trim())
    else if (open && line.trim()) found.push(`${found.pop() ?? ''} ${line.trim()}`)
    open = start !== undefined || (open && line.trim() !== '')
  }
  return found
}
