/** One line of the table. */
export interface TableRow {
  what: string
  /** For people: `41 ms`, `109 MB`. */
  value: string
  /** Beside this machine's own limit, or beside the other way of doing it. */
  ratio?: string
  /** What we want to reach. */
  aim?: string
}

/** The line of a table in which every column has its place. */
export function rowLine({ what, value, ratio = '', aim = '' }: TableRow): string {
  return `  ${what.padEnd(42)}${value.padStart(10)}  ${ratio.padStart(12)}  ${aim}`.trimEnd()
}

/** The one in the middle; the mean of the two there when their number is even. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  const [low = NaN, high = NaN] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]]
  return (low + high) / 2
}

/** A time for people. @param ms milliseconds */
export function time(ms: number): string {
  if (ms < 1) return `${(ms * 1000).toFixed(0)} µs`
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`
}

/** A count for people. */
export function number(value: number): string {
  return Math.round(value).toLocaleString('en')
}

/** A size for people, counted as `du -m` does. */
export function size(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`
}
