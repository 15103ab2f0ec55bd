import {
  type AppEvidence,
  type Diagnosis,
  countReceived,
  hasFields,
  printedLines,
  published,
  receivedMessages,
  subscriptions,
} from '../../workshop/check/suite.ts'

// What diagnoses ask about announcements, the messages {"instance":"web.1","event":"started"}.

/** Diagnoses about printed lines: they need a fact about printed lines. */
export function aboutOutput(diagnoses: readonly Diagnosis[]): Diagnosis[] {
  return diagnoses.map((diagnosis) => ({
    ...diagnosis,
    requires: (evidence) =>
      evidence.fact.kind.startsWith('output-') && diagnosis.requires(evidence),
  }))
}

/** How often it printed that this instance has started. */
export function timesPrinted(app: AppEvidence, name: string): number {
  return printedLines(app, `${name} started`).length
}

/** The instances that only the messages of the check name, as far as such a message reached it. */
export function inventedInstances(app: AppEvidence): string[] {
  const texts = receivedMessages(app).flatMap(({ args }) => args)
  return [...new Set(texts.flatMap((text) => /check\.\d+/.exec(text) ?? []))]
}

/** On how many connections it has subscribed. */
export function subscribedConnections(app: AppEvidence): number {
  return new Set(subscriptions(app).map(({ connection }) => connection)).size
}

/** Of an instance that the check invented it printed more lines than it received messages. */
export function printsTooOften(app: AppEvidence): boolean {
  return inventedInstances(app).some(
    (name) => timesPrinted(app, name) > countReceived(app, name),
  )
}

/** Of an instance that the check invented it printed a line. */
export function printsOthers(app: AppEvidence): boolean {
  return inventedInstances(app).some((name) => timesPrinted(app, name) > 0)
}

/** A message, of whatever instance, reached it and it never printed the line for it. */
export function leavesOut(app: AppEvidence): boolean {
  return [app.name, ...inventedInstances(app)].some(
    (name) => countReceived(app, name) > 0 && timesPrinted(app, name) === 0,
  )
}

/** Several messages of an invented instance reached it, and it printed the first alone. */
export function printsFirstOnly(app: AppEvidence): boolean {
  return inventedInstances(app).some(
    (name) => countReceived(app, name) > 1 && timesPrinted(app, name) === 1,
  )
}

/** Whether it published its announcement as it should be. */
export function announced(app: AppEvidence): boolean {
  return published(app, 'instances').some(({ args }) =>
    hasFields(args[1] ?? '', { instance: app.name, event: 'started' }),
  )
}

/** The first message on the channel when none is the announcement as it should be. */
export function wrongAnnouncement(app: AppEvidence): string | undefined {
  return announced(app) ? undefined : published(app, 'instances')[0]?.args[1]
}

/** Its first message followed one that it received: it published nothing by itself. */
export function publishesOnlyAsAnswer(app: AppEvidence): boolean {
  const [message] = receivedMessages(app)
  const [publish] = published(app)
  return message !== undefined && publish !== undefined && message.seq < publish.seq
}
