import {
  type AppEvidence,
  type Evidence,
  hasFields,
  published,
} from '../../../workshop/check/suite.ts'

// What the diagnoses of step 4 ask of the evidence.

/** The `stopped` messages it published as the goal has them. */
export function stoppedMessages(app: AppEvidence) {
  const right = { instance: app.name, event: 'stopped' }
  return published(app, 'instances').filter(({ args }) => hasFields(args[1] ?? '', right))
}

/** What it published after its announcement: channel and message. */
export function publishedNext(app: AppEvidence): readonly string[] | undefined {
  const all = published(app)
  const right = { instance: app.name, event: 'started' }
  const began = all.findIndex(({ args }) => hasFields(args[1] ?? '', right))
  return began < 0 ? undefined : all[began + 1]?.args
}

/** Whether it has a listener for this: `SIGTERM`, `exit`, … */
export function handles({ signalHandlers }: AppEvidence, name: string): boolean {
  return signalHandlers.includes(name)
}

/** How many listeners for SIGTERM it has added. */
export function sigtermListeners({ signalHandlers }: AppEvidence): number {
  return signalHandlers.filter((name) => name === 'SIGTERM').length
}

/** SIGTERM was sent to it. */
export function isSignalled(app: AppEvidence): boolean {
  return app.signalled === 'SIGTERM'
}

/** SIGTERM was sent to it, and it ended without publishing anything. */
export function endsSilently(app: AppEvidence): boolean {
  return isSignalled(app) && app.exit !== undefined && publishedNext(app) === undefined
}

/** The same, and SIGTERM itself ended it. */
export function isKilled(app: AppEvidence): boolean {
  return endsSilently(app) && app.exit?.signal === 'SIGTERM'
}

/** The fact is that it has not published `stopped`. */
export function isStoppedMissing({ fact }: Evidence): boolean {
  return fact.kind === 'command-missing' && fact.fields?.['event'] === 'stopped'
}

/** The apps beside the one that the fact is about: a probe has sent them SIGTERM once. */
export function signalledOnce(evidence: Evidence): readonly AppEvidence[] {
  return others(evidence).filter((one) => !isHeld(one))
}

/** Those of them that waited for the reply to their `stopped` message. */
export function signalledOnceSlowly(evidence: Evidence): readonly AppEvidence[] {
  return others(evidence).filter(isHeld)
}

function others({ app, apps }: Evidence): readonly AppEvidence[] {
  return apps.filter((one) => one.name !== app?.name && isSignalled(one))
}

function isHeld(app: AppEvidence): boolean {
  return stoppedMessages(app).some(({ held, wasHeld }) => held || wasHeld)
}

/** It published `stopped` once, and then an error that no code caught ended it. */
export function crashesAfterStopped(app: AppEvidence): boolean {
  const crashed =
    app.exit?.code !== 0 && app.lines.some(({ text }) => text.startsWith('Node.js v'))
  return stoppedMessages(app).length === 1 && app.exit !== undefined && crashed
}

/** Which of its connections were still open at last. */
export function stillOpen({ wire }: AppEvidence): { subscriber: boolean; others: boolean } {
  const closed = new Set(
    wire.filter(({ kind }) => kind === 'close').map(({ connection }) => connection),
  )
  const open = wire
    .filter(({ kind }) => kind === 'open')
    .map(({ connection }) => connection)
    .filter((connection) => !closed.has(connection))
  const subscribers = new Set(
    wire
      .filter((event) => event.kind === 'command' && event.name.endsWith('SUBSCRIBE'))
      .map(({ connection }) => connection),
  )
  return {
    subscriber: open.some((connection) => subscribers.has(connection)),
    others: open.some((connection) => !subscribers.has(connection)),
  }
}
