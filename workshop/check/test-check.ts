import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { starterFiles } from '../course/index.ts'
import { root } from '../paths.ts'
import type { Failure } from './check-result.ts'
import type { DefinedCheck } from './define-check.ts'
import type { Diagnosis, Edit, RightAnswers, WrongPrograms } from './diagnosis.ts'
import type { Evidence } from './evidence.ts'
import { type Suspect, mayClaim, suspectsOf } from './explain-failure.ts'
import { inFolder, solutionFiles } from './program-files.ts'
import { RecordedFailures } from './recorded-failures.ts'
import { failureLines } from './report.ts'
import { type FailedGoal, type Seen, explainSeen, firstFailure } from './run-goal.ts'

// `npm test all`: every wrong program, and each right answer on every goal. Otherwise each right
// answer on one goal, and of the wrong programs the recordings of how they failed.
const all = process.env['WORKSHOP_TEST_ALL'] === '1'

/** What a check is tested with. */
interface Proofs {
  /** The id of the diagnosis of the untouched starter. */
  starter: string
  wrongPrograms: WrongPrograms
  rightAnswers: RightAnswers
  /** Diagnoses of the steps beside this one: they must not be claimed here either. */
  neighbors?: readonly Diagnosis[]
}

/**
 * Makes tests of a check, which try it on programs whose verdict is known: the solution and all
 * right answers must pass it, the starter and every known wrong program must fail with their own
 * diagnosis, and no other diagnosis may be true of them.
 */
export function testCheck(check: DefinedCheck): void {
  const trial = new Trial(check)
  describe(check.slug, async () => {
    const proofs = await proofsOf(check)
    testAnswers(trial, proofs)
    testWrongPrograms(trial, proofs)
  })
}

/** A goal that was not reached, and why. */
type Rejection = Omit<FailedGoal, 'spent' | 'isProven'>

/** Tries programs on the goals of a check. */
class Trial {
  private readonly suspects: readonly Suspect[]

  constructor(readonly check: DefinedCheck) {
    this.suspects = suspectsOf(check)
  }

  /** The verdict of a program: its first goal that fails, as a learner sees it. */
  firstFailure(
    folder: string,
    signal: AbortSignal,
    goals = this.check.goals,
  ): Promise<FailedGoal | undefined> {
    return firstFailure(goals, folder, this.suspects, signal)
  }

  /** The same of what was seen, without the compiler. */
  async diagnose(seen: Seen, folder: string): Promise<Rejection> {
    return { ...seen, failure: await explainSeen(seen, folder, this.suspects) }
  }
}

function testAnswers(trial: Trial, { starter, rightAnswers }: Proofs): void {
  const { slug, goals } = trial.check
  test.concurrent('the solution passes', async ({ signal }) => {
    const failed = await trial.firstFailure(join(root, 'solutions', slug), signal)
    expect(failed?.failure).toBeUndefined()
  })

  test.concurrent('the untouched starter fails, and its fault is named', async ({ signal }) => {
    const files = await starterFiles(slug)
    const failed = await inFolder(`${slug}-starter`, files, (folder) =>
      trial.firstFailure(folder, signal),
    )
    expect(failed?.failure).toMatchObject({ diagnosis: starter })
  })

  for (const [index, [name, edit]] of Object.entries(rightAnswers).entries()) {
    const tried = goals.filter((_, at) => all || at === index % goals.length)
    test.concurrent(`a right answer passes: ${name}`, async ({ signal }) => {
      const files = edit(await solutionFiles(slug))
      const failed = await inFolder(`${slug}-${name}`, files, (folder) =>
        trial.firstFailure(folder, signal, tried),
      )
      expect(failed?.failure).toBeUndefined()
    })
  }
}

function testWrongPrograms(trial: Trial, { wrongPrograms, neighbors = [] }: Proofs): void {
  const { check } = trial
  const { slug, goals } = check
  const recorded = new RecordedFailures(slug)
  const wrong = flatten(wrongPrograms)
  const diagnoses = [...check.diagnoses, ...neighbors]

  for (const { id, name, program, edit } of wrong) {
    const rejecting = goals.filter((goal) => goal.name === recorded.goalOf(program))
    test.concurrent(`${id} is named: ${name}`, async ({ signal }) => {
      const files = edit(await solutionFiles(slug))
      const failed = await inFolder(`${slug}-${id}-${name}`, files, async (folder) => {
        const seen = all ? undefined : recorded.find(program, files, folder)
        if (seen) return { ...(await trial.diagnose(seen, folder)), folder }
        if (!recorded.isCurrent(program, files)) stale.push(program)
        // The recording shows that the goals before are reached.
        const tried = all && !recorded.isCurrent(program, files) ? goals : rejecting
        const failure =
          (await trial.firstFailure(folder, signal, tried)) ??
          // A race can go the other way, and be lost at another goal.
          (await trial.firstFailure(folder, signal))
        return failure && { ...failure, folder }
      })
      expect(failed?.failure).toMatchObject({ diagnosis: id })
      expectOnlyClaim(id, failed, diagnoses)
      expect(failed && overflowingLines(failed.failure)).toEqual([])
      if (failed) recorded.record(program, files, failed.folder, failed)
    })
  }

  const stale: string[] = []
  afterAll(() => {
    if (all) return recorded.save(wrong.map(({ program }) => program))
    if (stale.length > 0) console.log(staleNote(slug, stale.length))
  })
}

function staleNote(slug: string, count: number): string {
  return `${count} wrong programs of ${slug} had to be run: they or the suite are not those that were recorded. To record them: npm test all ${slug}`
}

async function proofsOf({ slug }: DefinedCheck): Promise<Proofs> {
  const [wrong, right] = await Promise.all([
    import(`../../tests/${slug}/wrong-programs.ts`),
    import(`../../tests/${slug}/right-answers.ts`),
  ])
  return { ...wrong, ...right }
}

// The evidence of one run serves for all diagnoses, so that this costs no further start.
function expectOnlyClaim(
  id: string,
  failed: Seen | undefined,
  diagnoses: readonly Diagnosis[],
): void {
  if (!failed) return
  const claims = foreignClaims(id, failed.evidence, diagnoses).join(', ')
  expect(claims, `diagnoses that are claimed of ${id} and are not true of it`).toBe('')
}

/** The diagnoses that are claimed of a mistake which is not theirs. */
function foreignClaims(
  id: string,
  evidence: Evidence,
  diagnoses: readonly Diagnosis[],
): string[] {
  return diagnoses
    .filter((one) => one.id !== id && !one.sameCauseAs?.includes(id))
    .filter((one) => mayClaim(one, evidence))
    .map((one) => one.id)
}

interface WrongProgram {
  id: string
  name: string
  program: string
  edit: Edit
}

function flatten(programs: WrongPrograms): WrongProgram[] {
  return Object.entries(programs).flatMap(([id, edits]) =>
    Object.entries(edits).map(([name, edit]) => ({
      id,
      name,
      program: `${id}: ${name}`,
      edit,
    })),
  )
}

// A failure fits on a screen: 20 lines of 80 columns, whatever a program prints.
function overflowingLines(failure: Failure): string[] {
  const lines = failureLines(failure)
  return lines.filter((line, i) => i >= 20 || line.length > 80)
}
