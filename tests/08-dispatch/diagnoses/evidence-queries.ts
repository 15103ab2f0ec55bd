import {
  type LegacyEvidence,
  type AppEvidence,
  commands,
  crashed,
} from '../../../workshop/check/suite.ts'
import { isChannel, redisSubscriptions } from '../helpers/dispatch.ts'
import type { CommandEvent } from '../../../workshop/proxy/index.ts'

/** What was published on the channel, by all programs, in order. */
export function published({ programs }: LegacyEvidence): CommandEvent[] {
  return programs
    .flatMap((program) => commands(program, 'PUBLISH'))
    .filter(({ args }) => isChannel(args[0]))
    .toSorted((a, b) => a.seq - b.seq)
}

/** What they say, as far as it is JSON. */
export function dispatched(evidence: LegacyEvidence): unknown[] {
  return published(evidence).map(({ args }) => json(args[1]))
}

/** How often the message was published that was published most often. */
export function repeats(evidence: LegacyEvidence): number {
  const counts = new Map<string, number>()
  for (const { args } of published(evidence)) {
    const [, payload = ''] = args
    counts.set(payload, (counts.get(payload) ?? 0) + 1)
  }
  return Math.max(0, ...counts.values())
}

/** The instance that published last. */
export function speaker(evidence: LegacyEvidence): string {
  return published(evidence).at(-1)?.instance ?? ''
}

/** Whether a program listens to the channel more than once on the same connection. */
export function listensAgain({ programs }: LegacyEvidence): boolean {
  return programs.some((program) => {
    const connections = redisSubscriptions(program).map(({ connection }) => connection)
    return new Set(connections).size < connections.length
  })
}

/** The programs that listen to the channel, or try to. */
export function listeners({ programs }: LegacyEvidence): AppEvidence[] {
  return programs.filter((program) => redisSubscriptions(program).length > 0)
}

/** The names of the channel that are in use: one, unless scopes differ. */
export function namesInUse(evidence: LegacyEvidence): Set<string> {
  const heard = evidence.programs.flatMap(redisSubscriptions).flatMap(({ args }) => args)
  const said = published(evidence).map(({ args }) => args[0] ?? '')
  return new Set([...heard, ...said].filter((name) => isChannel(name)))
}

/** How many messages on the channel have reached programs, or one of them. */
export function reached({ programs }: LegacyEvidence, name?: string): number {
  return programs
    .filter((program) => name === undefined || program.name === name)
    .flatMap(({ wire }) => wire)
    .filter((event) => event.kind === 'push' && event.args.some(isChannel)).length
}

/** Whether a program sent a command like this. */
export function sent({ programs }: LegacyEvidence, pattern: RegExp): boolean {
  return programs.some((program) => commands(program).some(({ name }) => pattern.test(name)))
}

/** Whether one of them ended with an error. */
export function fell({ programs }: LegacyEvidence): boolean {
  return programs.some(crashed)
}

/** Whether one of those printed a line like this. */
export function says({ programs }: LegacyEvidence, pattern: RegExp): boolean {
  return programs.some(
    (program) => crashed(program) && program.lines.some(({ text }) => pattern.test(text)),
  )
}

/** Whether the goal is the one that holds these words. */
export function inGoal(words: string): (evidence: LegacyEvidence) => boolean {
  return ({ goal }) => goal.includes(words)
}

/** Whether a device waited for a message in vain. */
export function inVain({ expected }: LegacyEvidence): boolean {
  return / to hear ".*" from \w+ to \w+$/.test(expected)
}

/** How often the devices on an instance heard what each should have heard once. */
export function copiesOn(name: string, { expected, received }: LegacyEvidence): string[] {
  if (!/^each device .* once$/.test(expected)) return []
  return received
    .split(', ')
    .filter((one) => one.includes(`on ${name} `))
    .map((one) => one.replace(/.* (?=once|twice|\d+ times)/, ''))
}

/** Whether devices heard something more than once. */
export function heardAgain({ expected, received }: LegacyEvidence): boolean {
  return /to hear ".*" once$/.test(expected) && /twice|[^01] times/.test(received)
}

/** The instances on which devices heard a message that only some have heard. */
export function placesOf({ received }: LegacyEvidence): string[] {
  if (!/^only .* heard it$/.test(received)) return []
  return ['web.1', 'web.2'].filter((name) => received.includes(`on ${name}`))
}

/** Whether a device waited in vain on this instance, where nobody heard the message. */
export function isDeaf(name: string, evidence: LegacyEvidence): boolean {
  return evidence.expected.includes(`on ${name} to hear`) && !placesOf(evidence).includes(name)
}

function json(text = ''): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
