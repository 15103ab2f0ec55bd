import type { Failure } from './check-result.ts'
import { CompileError } from '../process/index.ts'
import { type WireEvent, formatEvents, isHandshake } from '../proxy/index.ts'
import { commonDiagnoses } from './common-diagnoses.ts'
import { type Evidence, relevantApps } from './evidence.ts'
import { ExpectationFailed, expectTrue } from './expectation.ts'
import type { KnownMistake } from './known-mistake.ts'
import { TestBed } from './test-bed.ts'

/** One goal of a step: a sentence of the lesson, and the play that proves it. */
export interface Goal {
  name: string
  run(stage: TestBed): Promise<void>
}

/**
 * Plays one goal against a folder.
 *
 * @param mistakes the step's known wrong answers, the most telling first
 * @returns nothing when the goal was reached, else what to tell the learner
 */
export async function runGoal(
  goal: Goal,
  folder: string,
  mistakes: readonly KnownMistake[],
  signal: AbortSignal,
): Promise<Failure | undefined> {
  const stage = new TestBed(folder, signal)
  try {
    await goal.run(stage)
    expectNoSurvivors(stage)
    return undefined
  } catch (error) {
    const evidence = toEvidence(goal, stage, error)
    if (!evidence) throw error
    return diagnose(evidence, mistakes, { folder, shown: toReportedEvidence(evidence, stage) })
  } finally {
    await stage.close()
  }
}

// Whatever a goal is about: a program that has ended must not go on in its children. One that
// was killed could do nothing about them.
function expectNoSurvivors(stage: TestBed): void {
  for (const { name, exit } of stage.evidence().programs) {
    const count = exit && exit.signal !== 'SIGKILL' ? exit.survivors.length : 0
    const [processes, were] = count === 1 ? ['process', 'was'] : ['processes', 'were']
    expectTrue(
      count === 0,
      `nothing of ${name} to be left when it has ended`,
      `${count} ${processes} that it had started ${were} still running`,
      name,
    )
  }
}

function toEvidence(goal: Goal, stage: TestBed, error: unknown): Evidence | undefined {
  const seen = { goal: goal.name, ...stage.evidence() }
  if (error instanceof ExpectationFailed) {
    const { expected, received, who } = error
    const about = seen.programs.find(({ name }) => name === who)
    return { ...seen, expected, received, about, compileError: undefined }
  }
  if (error instanceof CompileError) {
    const [expected, received] = ['a program that compiles', error.message]
    return { ...seen, expected, received, about: undefined, compileError: received }
  }
  return undefined
}

// The scene of the failure, without what experiments added to it.
function toReportedEvidence(evidence: Evidence, stage: TestBed): Evidence {
  const programs = stage.reportedEvidence()
  const about = programs.find(({ name }) => name === evidence.about?.name)
  return { ...evidence, programs, about }
}

function diagnose(
  evidence: Evidence,
  mistakes: readonly KnownMistake[],
  { folder, shown }: { folder: string; shown: Evidence },
): Failure {
  const { goal, expected, received } = evidence
  const mistake = [...commonDiagnoses.first, ...mistakes, ...commonDiagnoses.last].find(
    ({ matches }) => matches(evidence),
  )
  const wire = formatEvents(relevantEvents(shown)).slice(-12)
  const compare = wire.length > 0 ? 'the wire with the picture in' : 'what it does with'
  return {
    goal,
    expected,
    received: received.replaceAll(folder + '/', ''),
    likely: mistake?.likely ?? `nothing we know. Compare ${compare} the lesson.`,
    lookAt: mistake?.lookAt ?? 'the lesson, and `npm run hint`',
    diagnosis: mistake?.id ?? 'unknown',
    wire,
    output: relevantOutput(shown, folder),
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

// What Node writes around an error that nobody caught. Its message stays, and where in the
// learner's own files it came from: the first place is enough.
function isNoise(text: string): boolean {
  const frame = isFrame(text) && !/[( ][\w/-]+\.ts:\d+:\d+\)?$/.test(text)
  const property = /^\s+\[?\w+\]?: .*[^;{]$|^\}$/.test(text)
  return frame || property || /^\s*\^+$|^node:|^Node\.js v|^\s+throw er; /.test(text)
}

function isFrame(text: string): boolean {
  return /^\s+at /.test(text)
}
