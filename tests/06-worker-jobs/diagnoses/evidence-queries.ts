import {
  type LegacyEvidence,
  type AppEvidence,
  commands,
  crashed,
  isCommand,
} from '../../../workshop/check/suite.ts'

/** The web instances, or the workers. */
export function those(kind: 'web' | 'worker', { programs }: LegacyEvidence): AppEvidence[] {
  return programs.filter(({ name }) => name.startsWith(kind))
}

/** What they have published on channels that begin so. */
export function published(kind: 'web' | 'worker', start: string, evidence: LegacyEvidence) {
  return those(kind, evidence)
    .flatMap((program) => commands(program, 'PUBLISH'))
    .filter(({ args }) => args[0]?.startsWith(start))
}

/** The messages on channels that begin so which have reached them: pattern, channel, message. */
export function reached(
  kind: 'web' | 'worker',
  start: string,
  evidence: LegacyEvidence,
): string[][] {
  return those(kind, evidence)
    .flatMap(({ wire }) => wire)
    .flatMap((event) => (event.kind === 'push' ? [event.args] : []))
    .map((args) => args.slice(-2))
    .filter(([channel]) => channel?.startsWith(start))
}

/** The channels or patterns they have subscribed to with this command. */
export function subscribed(
  kind: 'web' | 'worker',
  name: 'SUBSCRIBE' | 'PSUBSCRIBE',
  evidence: LegacyEvidence,
): string[] {
  return those(kind, evidence)
    .flatMap(({ wire }) => wire.filter(isCommand))
    .filter((command) => command.name === name)
    .flatMap(({ args }) => args)
}

/** Whether one of them ended with an error. */
export function fell(kind: 'web' | 'worker', evidence: LegacyEvidence): boolean {
  return those(kind, evidence).some(crashed)
}

/** Whether the goal is the one that holds these words. */
export function inGoal(words: string): (evidence: LegacyEvidence) => boolean {
  return ({ goal }) => goal.includes(words)
}

/** Whether a device waited for a result in vain. */
export function inVain({ expected }: LegacyEvidence): boolean {
  return expected.includes('to hear "done" {')
}

/** Whether one printed the message where others, when they moan, name the channel. */
export function printsMessage(evidence: LegacyEvidence): boolean {
  const messages = [
    ...reached('worker', 'JOB:', evidence),
    ...reached('web', 'DONE:', evidence),
  ]
  const begins = messages.map(([, message = '']) => message.replace(/\W/g, '').slice(0, 20))
  return evidence.programs.some(({ lines }) =>
    lines.some(({ text }) =>
      begins.some((begin) => begin && text.replace(/\W/g, '').includes(begin)),
    ),
  )
}
