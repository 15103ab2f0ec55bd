import {
  type LegacyEvidence,
  type AppEvidence,
  commands,
  hasFields,
} from '../../../workshop/check/suite.ts'

// What the diagnoses of step 3 ask of the evidence, in the words of the lesson.

type Look = (program: AppEvidence, evidence: LegacyEvidence) => boolean

/** A diagnosis that looks at the program which did not do what was expected of it. */
export function of(look: Look): (evidence: LegacyEvidence) => boolean {
  return (evidence) => {
    const program = evidence.about ?? evidence.programs[0]
    return program !== undefined && look(program, evidence)
  }
}

/** Whether it said this on stderr. */
export function moans({ lines }: AppEvidence, pattern: RegExp): boolean {
  return lines.some(({ stream, text }) => stream === 'stderr' && pattern.test(text))
}

/** Whether it said this on stdout. */
export function says({ lines }: AppEvidence, pattern: RegExp): boolean {
  return lines.some(({ stream, text }) => stream === 'stdout' && pattern.test(text))
}

/** How often it printed that this instance has started. */
export function told({ lines }: AppEvidence, name: string): number {
  const wanted = `${name} started`.toLowerCase()
  return lines.filter(({ text }) => text.toLowerCase().includes(wanted)).length
}

/** How many messages from this instance, or from anybody, have reached it: copies count once. */
export function heard({ wire }: AppEvidence, name = ''): number {
  const counts = new Map<string, number>()
  for (const event of wire) {
    if (event.kind !== 'push' || !event.args.some((arg) => arg.includes(name))) continue
    // A message comes once for each subscription: on another connection, or by a pattern.
    const subscription = [event.connection, event.name, ...event.args.slice(0, -1)].join(' ')
    counts.set(subscription, (counts.get(subscription) ?? 0) + 1)
  }
  return Math.max(0, ...counts.values())
}

/** Whether it printed that somebody has started more often than it was said. */
export function toldTooOften(program: AppEvidence): boolean {
  return strangers(program).some((name) => told(program, name) > heard(program, name))
}

/** The instances that exist only in the messages of the check, and have reached it. */
export function strangers(program: AppEvidence): string[] {
  const messages = program.wire.flatMap((event) => (event.kind === 'push' ? event.args : []))
  return [...new Set(messages.flatMap((text) => /other\.\d+/.exec(text) ?? []))]
}

/** Its subscriptions, patterns included. */
export function subscriptions(program: AppEvidence) {
  return commands(program).filter(({ name }) => /^P?SUBSCRIBE$/.test(name))
}

/** The channels and patterns it subscribed to. */
export function subscribedTo(program: AppEvidence): string[] {
  return subscriptions(program).flatMap(({ args }) => args)
}

/** The channels it published on. */
export function publishedOn(program: AppEvidence): string[] {
  return commands(program, 'PUBLISH').map(({ args }) => args[0] ?? '')
}

/** Its first message on the lesson's channel that is not the expected announcement. */
export function wrongMessage(program: AppEvidence): string | undefined {
  const messages = commands(program, 'PUBLISH')
    .filter(({ args }) => args[0] === 'instances')
    .map(({ args }) => args[1] ?? '')
  const right = { instance: program.name, event: 'started' }
  if (messages.some((message) => hasFields(message, right))) return undefined
  return messages[0]
}

/** How many connections it has opened in all. */
export function opened({ wire }: AppEvidence): number {
  return wire.filter(({ kind }) => kind === 'open').length
}

/** The connections it has closed itself. */
export function closed({ wire }: AppEvidence): number[] {
  return wire
    .filter((event) => event.kind === 'close' && event.by === 'client')
    .map(({ connection }) => connection)
}

/** Whether the check has cut one of its connections. */
export function wasCut({ wire }: AppEvidence): boolean {
  return wire.some((event) => event.kind === 'close' && event.by === 'proxy')
}

/** On how many connections messages have reached it. */
export function connectionsHeardOn({ wire }: AppEvidence): number {
  const pushes = wire.filter(({ kind }) => kind === 'push')
  return new Set(pushes.map(({ connection }) => connection)).size
}

/** Of those the check has invented, somebody was heard and printed. */
export function prints(me: AppEvidence): boolean {
  return strangers(me).some((name) => told(me, name) > 0)
}

/** Somebody was heard, whoever it was, and not printed. */
export function misses(me: AppEvidence): boolean {
  return [me.name, ...strangers(me)].some((name) => heard(me, name) > 0 && told(me, name) === 0)
}

/** Somebody was heard more often than printed, and it is not the program itself. */
export function remembers(me: AppEvidence): boolean {
  return strangers(me).some((name) => heard(me, name) > 1 && told(me, name) === 1)
}
