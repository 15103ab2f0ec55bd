import type { Failure } from '../../workshop/check/verdict.ts'
import { CompileError } from '../../workshop/supervisor/index.ts'
import { type WireEvent, formatWire } from '../../workshop/wire/index.ts'
import { anyStep } from '../mistakes/any-step.ts'
import { type Evidence, isCommand } from './evidence.ts'
import { NotYet } from './failure.ts'
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
    return undefined
  } catch (error) {
    const evidence = weigh(goal, stage, error)
    if (!evidence) throw error
    return explain(evidence, mistakes, folder)
  } finally {
    await stage.close()
  }
}

function weigh(goal: Goal, stage: Stage, error: unknown): Evidence | undefined {
  const { programs } = stage.evidence()
  if (error instanceof NotYet) {
    const { expected, received } = error
    return { goal: goal.name, expected, received, compileError: undefined, programs }
  }
  if (error instanceof CompileError) {
    const [expected, received] = ['a program that compiles', error.message]
    return { goal: goal.name, expected, received, compileError: error.message, programs }
  }
  return undefined
}

function explain(evidence: Evidence, mistakes: readonly Mistake[], folder: string): Failure {
  const { goal, expected, received } = evidence
  const mistake = [...anyStep.first, ...mistakes, ...anyStep.last].find(({ seen }) =>
    seen(evidence),
  )
  return {
    goal,
    expected,
    received: received.replaceAll(folder + '/', ''),
    likely:
      mistake?.likely ?? 'nothing we know. Compare the wire with the picture in the lesson.',
    lookAt: mistake?.lookAt ?? 'the lesson, and `npm run hint`',
    diagnosis: mistake?.id ?? 'unknown',
    wire: formatWire(telling(evidence)).slice(-12),
    output: lastLines(evidence),
  }
}

const greetings = new Set(['HELLO', 'CLIENT', 'INFO', 'COMMAND', 'SELECT'])

// What libraries say to greet Redis teaches nothing here.
function telling({ programs }: Evidence): WireEvent[] {
  return programs
    .flatMap(({ wire }) => wire)
    .filter((event) => !(isCommand(event) && greetings.has(event.name)))
    .toSorted((a, b) => a.seq - b.seq)
    .slice(-12)
}

function lastLines({ programs }: Evidence): string[] {
  return programs.flatMap(({ name, lines }) =>
    lines.slice(-8).map(({ text }) => `${name} | ${text}`),
  )
}
