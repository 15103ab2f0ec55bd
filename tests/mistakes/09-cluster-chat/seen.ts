import type { Evidence } from '../../support/index.ts'

/** How often an event was announced, when that is what the failure is about. */
export function announcements(
  { expected, received }: Evidence,
  event: string,
): number | undefined {
  if (!expected.includes(`"event":"${event}"`)) return undefined
  const count = /^(\d+) of them/.exec(received)?.[1]
  return count === undefined ? undefined : Number(count)
}

/** Whether there are cluster workers: they dial through the same tap, the primary does not. */
export function forks({ programs }: Evidence): boolean {
  return programs.some(({ wire }) => wire.filter(({ kind }) => kind === 'open').length > 2)
}
