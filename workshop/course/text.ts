import { createHash } from 'node:crypto'

/** The text as the workshop compares it: no byte order mark, line ends as LF. */
export function normalise(text: string): string {
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
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** A moment as part of a file name: 2026-01-31T10-20-30-400Z sorts by time and suits Windows. */
export function fileTime(time: Date): string {
  return time.toISOString().replaceAll(/[:.]/g, '-')
}

/** Whether something read from a file is an object with named values. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
