import { type WireEvent, formatEvents } from '../proxy/index.ts'
import type { Failure } from './check-result.ts'
import { codeError } from './code-error.ts'
import { processDiagnoses } from './process-diagnoses.ts'
import { describeState } from './dead-end.ts'
import type { CheckDefinition } from './define-check.ts'
import { describeFact } from './describe-fact.ts'
import type { Diagnosis, Text } from './diagnosis.ts'
import { type Fact, isAwaitedReply } from './facts.ts'
import { type Evidence, busyApp } from './evidence.ts'
import { valueDiagnoses } from './value-diagnoses.ts'
import { relevantEvents, relevantOutput } from './relevant-events.ts'
import { fitsOnScreen } from './report.ts'
import type { CompilerError } from './type-errors.ts'
import { unknownCause } from './unknown-cause.ts'
import { signatureOf } from './wire-signature.ts'

/** A diagnosis that may be claimed of some evidence. */
export interface Suspect {
  id: string
  likely: Text
  lookAt: Text
  uncertain: boolean
  offTheWire: boolean
  fits(evidence: Evidence): boolean
  shows(evidence: Evidence): WireEvent[]
}

/** How to show what was found. */
interface Shown {
  /** The app's folder, which is left out of paths. */
  folder: string
  /** The evidence as it was when the goal failed, without what probes added to it. */
  reported: Evidence
  /** Asks the compiler for the first type error of the app's files. */
  typeError: () => Promise<CompilerError | undefined>
}

/** Names the cause of a failure, or states the facts when the cause is unknown. */
export async function explainFailure(
  evidence: Evidence,
  suspects: readonly Suspect[],
  { folder, reported, typeError: askCompiler }: Shown,
): Promise<Failure> {
  const text = describeEvidence(reported)
  const cause = withCommon(suspects).find(({ fits }) => fits(evidence))
  // What the compiler knows is asked for when nothing else names a mistake in the program.
  const asks = !cause || cause.uncertain
  const typeError = asks ? await askCompiler() : undefined
  const { likely, lookAt, ...found } = cause
    ? wordsOf(cause, evidence)
    : unknownCause(reported, typeError)
  const relevant = relevantEvents(reported)
  const proof = cause ? found.events : [...relevant, ...found.events]
  const shown = proof.length > 0 ? proof : relevant
  const events = inOrder(cause?.offTheWire ? [] : shown)
  const failure = {
    goal: evidence.goal,
    expected: text.expected,
    received: text.received.replaceAll(folder + '/', ''),
    ...textsOf({ likely, lookAt }, folder),
    diagnosis: cause?.id ?? 'unknown',
    fact: evidence.fact,
    ...(typeError && { typeError }),
    wireSignatures: events.map(signatureOf),
    output: relevantOutput(reported, folder),
  }
  const withWire = (width: number): Failure => {
    const withoutInstance = evidence.apps.length === 1
    const expected = expectedMessage(evidence.fact)
    return { ...failure, wire: formatEvents(events, { width, withoutInstance, expected }) }
  }
  const whole = withWire(twoRowsWidth)
  return fitsOnScreen(whole) ? whole : withWire(rowWidth)
}

function expectedMessage(fact: Fact): string | undefined {
  return fact.kind === 'command-missing' && fact.fields
    ? JSON.stringify(fact.fields)
    : undefined
}

// Where there is room for two rows of each event, a long line goes on below itself. Where it is
// broken, a quarter of the first row can stay empty; the reply at the end must still fit.
const rowWidth = 76
const twoRowsWidth = 130

function wordsOf({ likely, lookAt, shows }: Suspect, evidence: Evidence) {
  const render = (text: Text) => (typeof text === 'string' ? text : text(evidence))
  return { likely: render(likely), lookAt: render(lookAt), events: shows(evidence) }
}

// Each once.
function inOrder(events: readonly WireEvent[]): WireEvent[] {
  return [...new Set(events)].toSorted((a, b) => a.seq - b.seq)
}

/** Sentences with the names of files as a learner knows them. */
function textsOf({ likely, lookAt }: { likely: string; lookAt: string }, folder: string) {
  const short = (text: string) => text.replaceAll(`${folder.slice(1)}/`, '')
  return { likely: short(likely), lookAt: short(lookAt) }
}

/** A diagnosis as one of the suspects. */
function suspect(diagnosis: Diagnosis): Suspect {
  const { id, likely, lookAt, uncertain = false, offTheWire = false } = diagnosis
  const shows = (evidence: Evidence) => {
    const events = diagnosis.shows?.(evidence) ?? []
    return events.filter((event) => event !== undefined)
  }
  const fits = (evidence: Evidence) => mayClaim(diagnosis, evidence)
  return { id, likely, lookAt, uncertain, offTheWire, fits, shows }
}

/** Whether a diagnosis may be claimed of some evidence. */
export function mayClaim(
  { requires, explainsCodeError, explainsBusyThread }: Diagnosis,
  evidence: Evidence,
): boolean {
  return (
    requires(evidence) &&
    (explainsCodeError || !codeError(evidence)) &&
    (explainsBusyThread || !busyApp(evidence))
  )
}

/** The sentences of a failed expectation; what only the app's state shows is added. */
function describeEvidence({ fact, app }: Evidence): { expected: string; received: string } {
  const { expected, received } = describeFact(fact)
  const state = app && describeState(app)
  if (received === undefined) return { expected, received: state ?? 'nothing of the kind' }
  // Then it is no wonder that it did not answer.
  const ended = app?.exit && !app.signalled && isAwaitedReply(fact)
  return { expected, received: ended ? `${received}; ${app.name}: ${state}` : received }
}

/** The suspects of a step, among those of every step, in the order in which they are asked. */
export function withCommon(suspects: readonly Suspect[]): Suspect[] {
  return [
    ...processDiagnoses.beforeStep.map(suspect),
    ...suspects,
    ...valueDiagnoses.map(suspect),
    ...processDiagnoses.afterStep.map(suspect),
  ]
}

/** What may be wrong with an app that a check has failed, the most specific first. */
export function suspectsOf(check: CheckDefinition): Suspect[] {
  return check.diagnoses.map(suspect)
}
