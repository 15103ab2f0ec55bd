import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type NamespacedUnregister, register } from 'tsx/esm/api'
import { processDiagnoses } from '../../check/process-diagnoses.ts'
import { type Diagnosis, editOf } from '../../check/diagnosis.ts'
import { valueDiagnoses } from '../../check/value-diagnoses.ts'
import { fingerprintOf } from '../../check/recorded-failures.ts'
import { errorMessage } from '../../errors.ts'
import { readText } from '../../course/files.ts'
import { numberOf } from '../../course/starters.ts'
import {
  allSchemes,
  pictureFile,
  pictureStep,
  readmePicture,
} from '../../site/readme-picture.ts'
import type { RecordedFailure } from '../../guide/recorded.ts'
import { parseRecording, recordingFile } from '../../guide/recording.ts'
import type { CourseFiles } from './read-course.ts'

/** Each step has a recording, of the programs that are there now. */
export async function checkRecordings(course: CourseFiles, root: string): Promise<string[]> {
  if (!existsSync(dirname(recordingFile('', root)))) return []
  const problems: string[] = []
  for (const slug of course.slugs) {
    const found = await problemsOf(slug, course, root).catch((error: unknown) => [
      errorMessage(error),
    ])
    const again = `npm run record ${numberOf(slug)}`
    problems.push(...found.map((one) => `the recording of ${slug} ${one}: ${again}`))
  }
  return problems
}

async function problemsOf(slug: string, course: CourseFiles, root: string): Promise<string[]> {
  const text = await readText(recordingFile(slug, root))
  if (text === undefined) return ['is missing']
  const recording = parseRecording(text)
  const { wrongPrograms, starter } = await importTs(root, slug, 'wrong-programs.ts')
  const { diagnoses } = await importTs(root, slug, 'diagnoses.ts')
  const { recorded } = await importTs(root, slug, 'recorded.ts')
  const solution = course.solutionFiles[slug] ?? {}
  const filesOf = (program: string) => {
    if (program === 'solution') return solution
    if (program === 'starter') return course.starterFiles[slug]
    return editOf(program, wrongPrograms)?.(solution)
  }
  const problems = recording.programs
    .filter(({ program, fingerprint }) => fingerprintOf(filesOf(program) ?? {}) !== fingerprint)
    .map(({ title }) => `does not fit the program "${title}" any more`)
  const known: Diagnosis[] = [...diagnoses, ...everyStep]
  for (const { title, program, failure } of recording.programs) {
    const id = program === 'starter' ? starter : program.split(':', 1)[0]
    const diagnosis = known.find((one) => one.id === id)
    if (failure && diagnosis && !quotes(failure, diagnosis))
      problems.push(`does not quote what the check reports of "${title}" any more`)
  }
  const [, , ...mistakes] = recording.programs.map(({ title, program }) => [title, program])
  if (JSON.stringify(mistakes) !== JSON.stringify(Object.entries(recorded.mistakes)))
    problems.push(`does not show the mistakes of tests/${slug}/recorded.ts`)
  if (slug !== pictureStep || problems.length > 0) return problems
  for (const scheme of allSchemes) {
    if ((await readText(pictureFile(scheme, root))) !== readmePicture(recording, scheme))
      problems.push('does not fit the picture of the README')
  }
  return problems
}

const everyStep = [
  ...processDiagnoses.beforeStep,
  ...valueDiagnoses,
  ...processDiagnoses.afterStep,
]

/** Whether a recording still has the words of a diagnosis. Those made of the evidence are not compared. */
export function quotes(failure: RecordedFailure, diagnosis: Diagnosis): boolean {
  return (['likely', 'lookAt'] as const).every(
    (key) => typeof diagnosis[key] === 'function' || diagnosis[key] === failure[key],
  )
}

let typescript: NamespacedUnregister | undefined

// The bundle holds no wrong programs: only contributors need them. What several of these files
// import is loaded once.
function importTs(root: string, slug: string, name: string) {
  typescript ??= register({ namespace: 'verify' })
  return typescript.import(pathToFileURL(join(root, 'tests', slug, name)).href, import.meta.url)
}
