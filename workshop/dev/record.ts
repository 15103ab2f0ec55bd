// `npm run record [N …]`: plays the programs of a step and writes what is seen into
// workshop/site/recordings/. Only what has changed is written.
import { writeFile } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import { type DefinedCheck, onCheck } from '../check/define-check.ts'
import { type Files, type WrongPrograms, editOf } from '../check/diagnosis.ts'
import { suspectsOf } from '../check/explain-failure.ts'
import { inFolder, solutionFiles } from '../check/program-files.ts'
import { RecordedFailures, fingerprintOf } from '../check/recorded-failures.ts'
import { type Recorded, attempt } from '../check/recorded.ts'
import { explainSeen, firstFailure } from '../check/run-goal.ts'
import type { SocketClient } from '../check/socket-client.ts'
import { TestBed } from '../check/test-bed.ts'
import { TestCluster } from '../check/test-cluster.ts'
import { readText, starterFiles, steps } from '../course/index.ts'
import { UserError } from '../errors.ts'
import { type Remark, traceOf } from '../guide/trace-of.ts'
import { messageWords } from '../guide/wire-item.ts'
import type { Trace } from '../guide/trace.ts'
import { root } from '../paths.ts'
import { allSchemes, pictureFile, pictureStep, readmePicture } from '../site/readme-picture.ts'
import type { RecordedFailure, RecordedProgram } from '../guide/recorded.ts'
import {
  anonymizer,
  formatRecording,
  parseRecording,
  recordingFile,
  withoutTimes,
} from '../guide/recording.ts'

// What is still on its way when a scene ends has arrived by then.
const quietMs = 700

/** What is known of a step, to record it. */
interface Scene extends Recorded {
  check: DefinedCheck
  wrongPrograms: WrongPrograms
}

/** Records a step. @returns the text of the recording */
async function recordStep(slug: string): Promise<string> {
  const scene = await loadScene(slug)
  const programs = (await programsOf(slug, scene)).map(({ title, program, files }) =>
    inFolder(`recorded-${slug}-${program}`, files, async (folder): Promise<RecordedProgram> => {
      const { trace, clean } = await play(scene, folder)
      const fingerprint = fingerprintOf(files)
      const played = { title, program, fingerprint, trace }
      if (program === 'solution') return played
      return { ...played, failure: clean(await judge(scene, program, files, folder)) }
    }),
  )
  return formatRecording({ version: 1, programs: await Promise.all(programs) })
}

async function loadScene(slug: string): Promise<Scene> {
  let check: DefinedCheck | undefined
  onCheck((one) => {
    if (one.slug === slug) check = one
  })
  await import(`../../tests/${slug}.test.ts`)
  const [{ recorded }, { wrongPrograms }] = await Promise.all([
    import(`../../tests/${slug}/recorded.ts`),
    import(`../../tests/${slug}/wrong-programs.ts`),
  ])
  if (!check) throw new Error(`tests/${slug}.test.ts has no defineCheck('${slug}', …)`)
  return { ...recorded, check, wrongPrograms }
}

async function programsOf(slug: string, { mistakes, wrongPrograms }: Scene) {
  const solution = await solutionFiles(slug)
  const wrong = Object.entries(mistakes).map(([title, program]) => {
    const edit = editOf(program, wrongPrograms)
    if (!edit) throw new Error(`there is no wrong program "${program}"`)
    return { title, program, files: edit(solution) }
  })
  return [
    { title: 'As it should be', program: 'solution', files: solution },
    { title: 'The starter', program: 'starter', files: await starterFiles(slug) },
    ...wrong,
  ]
}

/** A test bed that also remembers its devices. */
class RecordedTestBed extends TestBed {
  readonly devices: { instance: string; device: SocketClient }[] = []

  override socketClient(...[endpoint, options]: Parameters<TestBed['socketClient']>) {
    const device = super.socketClient(endpoint, options)
    this.devices.push({ instance: endpoint.name, device })
    return device
  }
}

async function play({ scene }: Scene, folder: string) {
  const cluster = new TestCluster()
  const testBed = new RecordedTestBed(folder, new AbortController().signal, cluster)
  try {
    let [since, began] = [0, 0]
    const begin = () => ([since, began] = [testBed.recording.nextSeq(), performance.now()])
    await attempt(scene(testBed, begin))
    await testBed.poll(() => undefined, { withinMs: quietMs })
    const apps = testBed.evidence()
    const ports = apps.flatMap(({ redis, env }) => [
      ...(redis.ports ?? [redis.port]).map((port) => [`:${port}`, ':6379'] as const),
      [`:${env['PORT']}`, ':3000'] as const,
    ])
    const clean = anonymizer([[`${folder}/`, ''], [folder, '.'], [root, '.'], ...ports])
    return {
      trace: clean<Trace>(traceOf(apps, { remarks: remarksOf(testBed, began), since })),
      clean,
    }
  } finally {
    await testBed.close()
    await cluster.stop()
  }
}

// What the devices have received since then.
function remarksOf({ devices, apps }: RecordedTestBed, began: number): Remark[] {
  const instances = new Set(apps.map(({ name }) => name))
  return devices.flatMap(({ instance, device }) =>
    device.received
      .filter(({ at }) => instances.has(instance) && at >= began)
      .map(({ event, args }) => {
        const words = args.map((arg) => messageWords(JSON.stringify(arg) ?? ''))
        return { instance, text: `${device.name} received ${event}: ${words.join(' ')}` }
      }),
  )
}

/** What the check reports of a wrong program. */
async function judge(
  { check }: Scene,
  program: string,
  files: Files,
  folder: string,
): Promise<RecordedFailure> {
  const suspects = suspectsOf(check)
  const seen = new RecordedFailures(check.slug).find(program, files, folder)
  const { signal } = new AbortController()
  const failure = seen
    ? await explainSeen(seen, folder, suspects)
    : (await firstFailure(check.goals, folder, suspects, signal))?.failure
  if (!failure) throw new Error(`${folder} passes the check`)
  const { expected, received, likely, lookAt } = failure
  return { expected, received, likely, lookAt }
}

async function main(words: string[]): Promise<number> {
  const all = await steps()
  const unknown = words.find((word) => !all.some(({ number }) => word === String(number)))
  if (unknown !== undefined)
    throw new UserError(`There is no step "${unknown}". It is: npm run record 3`)
  for (const { slug, number } of all) {
    if (words.length > 0 && !words.includes(String(number))) continue
    const text = await recordStep(slug)
    const recording = parseRecording(text)
    const file = recordingFile(slug)
    // Other times alone are no news.
    const isNew = withoutTimes((await readText(file)) ?? '') !== withoutTimes(text)
    if (isNew) await writeFile(file, text)
    if (slug === pictureStep) {
      for (const scheme of allSchemes)
        await writeFile(pictureFile(scheme), readmePicture(recording, scheme))
    }
    console.log(`${slug}: ${isNew ? `recorded, ${text.length} bytes` : 'as it was'}`)
  }
  return 0
}

if (process.argv[1] === import.meta.filename) {
  process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error
    console.error(error.message)
    return error.exitCode
  })
}
