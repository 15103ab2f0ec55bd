import { normalizeNewlines } from './text.ts'

/** What a step's README.md says, as far as the workshop itself needs it. */
export interface Lesson {
  /** What follows ` · ` in the first heading. */
  title: string
  /** The bullets of "Goal": word for word the names of the gate's tests. */
  goals: string[]
  /** The texts of the three hints: nudge, concept, nearly code. */
  hints: string[]
  /** The whole lesson, line ends as LF. */
  text: string
}

/** A part of a lesson under a `##` heading. */
export interface Section {
  name: string
  lines: string[]
}

/** Reads a lesson. What is missing comes out empty: `npm run verify` is the one that complains. */
export function parseLesson(source: string): Lesson {
  const text = normalizeNewlines(source)
  const heading = /^# (.*)$/m.exec(text)?.[1] ?? ''
  const [, title] = /^.*? · (.*)$/.exec(heading) ?? []
  return {
    title: (title ?? heading).trim(),
    goals: bullets(sectionNamed(text, 'Goal')),
    hints: parseHints(text).map(({ body }) => body),
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

/** The hints as they stand in the lesson: what is to be clicked on, and what it opens. */
export function parseHints(text: string): { summary: string; body: string }[] {
  const pattern = /<details>\s*<summary>([\s\S]*?)<\/summary>([\s\S]*?)<\/details>/g
  return [...text.matchAll(pattern)].map(([, summary = '', body = '']) => ({
    summary: summary.replaceAll(/<[^>]*>/g, '').trim(),
    body: body.replace(/^\s*\n/, '').trimEnd(),
  }))
}

function sectionNamed(text: string, name: string): string[] {
  return sectionsOf(text).find((section) => section.name === name)?.lines ?? []
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
