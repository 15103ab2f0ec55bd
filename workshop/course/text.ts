import { createHash } from 'node:crypto'

/** The text as the workshop compares it: no byte order mark, line ends as LF. */
export function normalizeNewlines(text: string): string {
  return text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n')
}

/** The SHA-256 of bytes or of a text (as UTF-8), in hex. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

/** How many lines a text has; a line end at the very end begins no further one. */
export function countLines(text: string): number {
  return text === '' ? 0 : text.replace(/\n$/, '').split('\n').length
}

/** "1 file", "2 files". */
export function pluralize(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/**
 * Breaks the long lines of a text, or of Markdown, at spaces. Code blocks are left as they are.
 *
 * @param width characters; a longer word gets a line of its own
 */
export function wrapText(text: string, width: number): string[] {
  let fenced = false
  return text.split('\n').flatMap((line) => {
    const fence = line.trimStart().startsWith('```')
    if (fence) fenced = !fenced
    return fence || fenced ? [line] : wrapLine(line, width)
  })
}

function wrapLine(line: string, width: number): string[] {
  const indent = /^\s*(?:[-*] |\d+\. )?/.exec(line)?.[0].length ?? 0
  const lines: string[] = []
  let rest = line
  while (rest.length > width) {
    const before = rest.lastIndexOf(' ', width)
    const space = before > indent ? before : rest.indexOf(' ', width)
    if (space === -1) break
    lines.push(rest.slice(0, space))
    rest = ' '.repeat(indent) + rest.slice(space + 1)
  }
  return [...lines, rest]
}

/** A moment as part of a file name: 2026-01-31T10-20-30-400Z sorts by time and suits Windows. */
export function timestampForFileName(time: Date): string {
  return time.toISOString().replaceAll(/[:.]/g, '-')
}

/** Whether something read from a file is an object with named values. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value of a JSON text; undefined when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
