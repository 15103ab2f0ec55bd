import { type LegacyEvidence, commands } from '../../../workshop/check/suite.ts'

/** How often an event was announced, when that is what the failure is about. */
export function announcements(
  { expected, received }: LegacyEvidence,
  event: string,
): number | undefined {
  if (!expected.includes(`"event":"${event}"`)) return undefined
  const count = /^(\d+) of them/.exec(received)?.[1]
  return count === undefined ? undefined : Number(count)
}

/** Whether there are cluster workers: they dial through the same tap, the primary does not. */
export function forks({ programs }: LegacyEvidence): boolean {
  return programs.some(({ wire }) => wire.filter(({ kind }) => kind === 'open').length > 2)
}

/** How often a command was sent by all processes together. @param about a channel, perhaps */
export function sent({ programs }: LegacyEvidence, name: string, about?: string): number {
  return programs
    .flatMap((program) => commands(program, name))
    .filter(({ args }) => about === undefined || args.some((arg) => arg.endsWith(about))).length
}
