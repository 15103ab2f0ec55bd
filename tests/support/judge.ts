import type { Failure } from '../../workshop/check/verdict.ts'
import { CompileError } from '../../workshop/supervisor/index.ts'
import { type WireEvent, formatWire, isGreeting } from '../../workshop/wire/index.ts'
import { anyStep } from '../mistakes/any-step.ts'
import { type Evidence, actors } from './evidence.ts'
import { NotYet, expectThat } from './failure.ts'
import type { Mistake } from './mistake.ts'
import { Stage } from './stage.ts'

/** One goal of a step: a sentence of the lesson, and the play that proves it. */
export interface Goal {
  name: string
  play(stage: Stage): Promise<void>
}

/**
 * Plays one goal against a folder.
 *
 * @param mistakes the step's known wrong answers, the most telling first
 * @returns nothing when the goal was reached, else what to tell the learner
 */
export async function judge(
  goal: Goal,
  folder: string,
  mistakes: readonly Mistake[],
  signal: AbortSignal,
): Promise<Failure | undefined> {
  const stage = new Stage(folder, signal)
  try {
    await goal.play(stage)
    nobodyOutlived(stage)
    return undefined
  } catch (error) {
    const evidence = weigh(goal, stage, error)
    if (!evidence) throw error
    return explain(evidence, mistakes, { folder, shown: sceneOf(evidence, stage) })
  } finally {
    await stage.close()
  }
}

// Whatever a goal is about: a program that has ended must not go on in its children. One that
// was killed could do nothing about them.
function nobodyOutlived(stage: Stage): void {
  for (const { name, exit } of stage.evidence().programs) {
    const count = exit && exit.signal !== 'SIGKILL' ? exit.outlived.length : 0
    const [processes, were] = count === 1 ? ['process', 'was'] : ['processes', 'were']
    expectThat(
      count === 0,
      `nothing of ${name} to be left when it has ended`,
      `${count} ${processes} that it had started ${were} still running`,
      name,
    )
  }
}

function weigh(goal: Goal, stage: Stage, error: unknown): Evidence | undefined {
  const seen = { goal: goal.name, ...stage.evidence() }
  if (error instanceof NotYet) {
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
function sceneOf(evidence: Evidence, stage: Stage): Evidence {
  const programs = stage.shown()
  const about = programs.find(({ name }) => name === evidence.about?.name)
  return { ...evidence, programs, about }
}

function explain(
  evidence: Evidence,
  mistakes: readonly Mistake[],
  { folder, shown }: { folder: string; shown: Evidence },
): Failure {
  const { goal, expected, received } = evidence
  const mistake = [...anyStep.first, ...mistakes, ...anyStep.last].find(({ seen }) =>
    seen(evidence),
  )
  const wire = formatWire(telling(shown)).slice(-12)
  const compare = wire.length > 0 ? 'the wire with the picture in' : 'what it does with'
  return {
    goal,
    expected,
    received: received.replaceAll(folder + '/', ''),
    likely: mistake?.likely ?? `nothing we know. Compare ${compare} the lesson.`,
    lookAt: mistake?.lookAt ?? 'the lesson, and `npm run hint`',
    diagnosis: mistake?.id ?? 'unknown',
    wire,
    output: lastLines(shown, folder),
  }
}

function telling(evidence: Evidence): WireEvent[] {
  return actors(evidence)
    .flatMap(({ wire }) => wire)
    .filter((event) => !isGreeting(event))
    .toSorted((a, b) => a.seq - b.seq)
    .slice(-12)
}

function lastLines(evidence: Evidence, folder: string): string[] {
  return actors(evidence).flatMap(({ name, lines }) => {
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
