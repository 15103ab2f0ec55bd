/** A region of a solution file, as a deck asks for it. */
export interface SnippetRef {
  /** From the project's folder: `solutions/04-sigterm/index.ts`. */
  file: string
  /** How its first line begins, after the indentation. */
  start: string
  /** Which of its lines are looked at, one group after the other; none: all at once. */
  groups: { from: number; to: number }[][]
}

const pattern = /^ts (solutions\/\S+\.ts) "(.+)"(?: ([\d,|-]+))?$/

/**
 * Reads what stands behind the back-ticks: `ts solutions/04-sigterm/index.ts "onSigterm(" 1-2|4`.
 *
 * @returns undefined when it is something else
 */
export function parseSnippetRef(info: string): SnippetRef | undefined {
  const [, file, start, lines = ''] = pattern.exec(info.trim()) ?? []
  if (file === undefined || start === undefined) return undefined
  const groups = lines.split('|').filter(Boolean)
  return { file, start, groups: groups.map((group) => group.split(',').map(rangeOf)) }
}

function rangeOf(text: string): { from: number; to: number } {
  const [from = 0, to = from] = text.split('-').map(Number)
  return { from, to }
}

/**
 * The lines of a region, without their common indentation. It begins at the one line that starts
 * so, and ends where that statement does. Our files are formatted, so the indentation shows it:
 * what is deeper belongs to it, and so does what closes it. A comment belongs to what follows it.
 *
 * @throws Error when no line starts so, or more than one
 */
export function extractSnippet(text: string, start: string): string[] {
  const lines = text.split('\n')
  const found = lines.flatMap((line, at) => (line.trimStart().startsWith(start) ? [at] : []))
  const [first] = found
  if (first === undefined) throw new Error(`no line starts with ${start}`)
  if (found.length > 1) throw new Error(`${found.length} lines start with ${start}`)
  const depth = depthOf(lines[first] ?? '')
  const rest = lines.slice(first)
  const last = rest.findIndex((line, at) => isLast(line, rest[at + 1] ?? '', depth))
  return rest.slice(0, last + 1).map((line) => line.slice(depth))
}

function isLast(line: string, next: string, depth: number): boolean {
  const here = depthOf(line) === depth && line.trim() !== ''
  if (!here || isComment(line)) return false
  if (next.trim() === '') return !/[({[]$/.test(line)
  return depthOf(next) < depth || (depthOf(next) === depth && !/^\s*[)}\]]/.test(next))
}

function isComment(line: string): boolean {
  return /^\s*(\/\/|\/\*|\*)/.test(line)
}

function depthOf(line: string): number {
  return line.length - line.trimStart().length
}
