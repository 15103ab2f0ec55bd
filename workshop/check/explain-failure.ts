import { type WireEvent, formatEvents, isHandshake } from '../proxy/index.ts'
import type { Failure } from './check-result.ts'
import { commonDiagnoses } from './common-diagnoses.ts'
import { describeState } from './dead-end.ts'
import { describeFact } from './describe-fact.ts'
import type { CheckDefinition, LegacyCheckDefinition } from './define-check.ts'
import type { Diagnosis, KnownMistake } from './diagnosis.ts'
import { type Evidence, type LegacyEvidence, relevantApps } from './evidence.ts'
import { signatureOf } from './wire-signature.ts'

/** A diagnosis that may be claimed of some evidence. */
export interface Suspect {
  id: string
  likely: string
  lookAt: string
  fits(evidence: Evidence): boolean
}

/** How to show what was found. */
interface Shown {
  /** The app's folder, which is left out of paths. */
  folder: string
  /** The evidence as it was when the goal failed, without what probes added to it. */
  reported: Evidence
}

/** Names the cause of a failure, or states the facts when the cause is unknown. */
export async function explainFailure(
  evidence: Evidence,
  suspects: readonly Suspect[],
  { folder, reported }: Shown,
): Promise<Failure> {
  const text = describeEvidence(evidence)
  const cause = [
    ...commonDiagnoses.beforeStep.map(suspect),
    ...suspects,
    ...commonDiagnoses.afterStep.map(suspect),
  ].find(({ fits }) => fits(evidence))
  const events = relevantEvents(reported)
  const compare = events.length > 0 ? 'the wire with the picture in' : 'what it does with'
  return {
    goal: evidence.goal,
    expected: text.expected,
    received: text.received.replaceAll(folder + '/', ''),
    likely: cause?.likely ?? `nothing we know. Compare ${compare} the lesson.`,
    lookAt: cause?.lookAt ?? 'the lesson, and `npm run hint`',
    diagnosis: cause?.id ?? 'unknown',
    fact: evidence.fact,
    wire: formatEvents(events).slice(-12),
    wireSignatures: events.map(signatureOf),
    output: relevantOutput(reported, folder),
  }
}

/** A diagnosis as one of the suspects. */
export function suspect(diagnosis: Diagnosis): Suspect {
  const { id, likely, lookAt } = diagnosis
  return { id, likely, lookAt, fits: (evidence) => diagnosis.requires(evidence) }
}

/** A known mistake of a suite whose diagnoses do not read facts yet, as one of the suspects. */
export function legacySuspect(mistake: KnownMistake): Suspect {
  const { id, likely, lookAt } = mistake
  return { id, likely, lookAt, fits: (evidence) => mistake.matches(toLegacy(evidence)) }
}

/** The sentences of a failed expectation; what only the app's state can say is added. */
function describeEvidence({ fact, app }: Evidence): { expected: string; received: string } {
  const { expected, received } = describeFact(fact)
  return { expected, received: received ?? (app ? describeState(app) : 'nothing of the kind') }
}

function toLegacy(evidence: Evidence): LegacyEvidence {
  const { fact, app, apps } = evidence
  return {
    ...evidence,
    ...describeEvidence(evidence),
    about: app,
    programs: apps,
    compileError: fact.kind === 'compile-error' ? fact.message : undefined,
  }
}

function relevantEvents(evidence: Evidence): WireEvent[] {
  return relevantApps(evidence)
    .flatMap(({ wire }) => wire)
    .filter((event) => !isHandshake(event))
    .toSorted((a, b) => a.seq - b.seq)
    .slice(-12)
}

function relevantOutput(evidence: Evidence, folder: string): string[] {
  return relevantApps(evidence).flatMap(({ name, lines }) => {
    const threw = lines.some(({ text }) => /^Node\.js v\d/.test(text))
    const said = lines
      .map(({ text }) => text.replaceAll(folder + '/', '').replaceAll('file://', ''))
      .filter((text) => text.trim() !== '' && !(threw && isNoise(text)))
    return said
      .filter((text, i) => !(threw && isFrame(text) && isFrame(said[i - 1] ?? '')))
      .slice(-8)
      .map((text) => `${name} | ${text}`)
  })
}

// What Node writes around an error that no code caught. Its message stays, and where in the
// learner's own files it came from: the first place is enough.
function isNoise(text: string): boolean {
  const frame = isFrame(text) && !/[( ][\w/-]+\.ts:\d+:\d+\)?$/.test(text)
  const property = /^\s+\[?\w+\]?: .*[^;{]$|^\}$/.test(text)
  return frame || property || /^\s*\^+$|^node:|^Node\.js v|^\s+throw er; /.test(text)
}

function isFrame(text: string): boolean {
  return /^\s+at /.test(text)
}

/** What may be wrong with an app that a check has failed, the most telling first. */
export function suspectsOf(check: CheckDefinition | LegacyCheckDefinition): Suspect[] {
  return 'diagnoses' in check ? check.diagnoses.map(suspect) : check.mistakes.map(legacySuspect)
}
