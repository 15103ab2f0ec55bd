import { appendFile, cp } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Step, fingerprint, readProgress, steps } from '../../course/index.ts'
import { type Bench, measure, succeed } from './bench.ts'
import { copyWorkspace } from '../workspace-copy.ts'
import { CliProcess } from '../cli-process.ts'

const checks = 3
const saves = 5
// A pause between two saves: long enough for `watch` to refill its pool.
const breathMs = 1500
const pollMs = 10

/** `npm run check N`, from nothing running to the verdict. */
export async function check(bench: Bench): Promise<void> {
  bench.section('npm run check, cold')
  const folder = await finishedCourse(bench, 'check')
  for (const { number } of await steps(folder)) {
    const once = () => succeed(CliProcess.npm(folder, `run -s check ${number}`))
    bench.times(`check ${number}`, await measure(checks, once), '20-40 × node')
  }
}

/** From the save of a file until `npm run watch N` has printed and recorded that it passes. */
export async function watch(bench: Bench): Promise<void> {
  bench.section('npm run watch, from save to verdict')
  const folder = await finishedCourse(bench, 'watch')
  for (const step of await steps(folder)) {
    bench.times(`watch ${step.number}`, await watchStep(folder, step), '8-20 × node')
  }
}

async function watchStep(folder: string, step: Step): Promise<number[]> {
  const terminal = CliProcess.npm(folder, `run -s watch ${step.number}`)
  await waitForPass(folder, step, terminal)
  const ms: number[] = []
  for (let save = 1; save <= saves; save++) {
    await pause(breathMs)
    const start = performance.now()
    await appendFile(join(step.folder, step.entries[0] ?? ''), `// save ${save}\n`)
    await waitForPass(folder, step, terminal)
    ms.push(performance.now() - start)
  }
  terminal.interrupt()
  await terminal.ended
  return ms
}

// Waits until the code that is in the step's folder now is recorded as passed.
async function waitForPass(
  folder: string,
  { slug }: Step,
  terminal: CliProcess,
): Promise<void> {
  const code = await fingerprint(slug, folder)
  let hasEnded = false
  void terminal.exited.then(() => (hasEnded = true))
  while ((await readProgress(folder)).passed[slug]?.code !== code) {
    if (hasEnded) throw new Error(`watch has ended before ${slug} passed:\n${terminal.output}`)
    await pause(pollMs)
  }
}

// A copy in which the learner has done everything right.
async function finishedCourse(bench: Bench, name: string): Promise<string> {
  const folder = bench.folder(name)
  await copyWorkspace(folder, ['package.json', 'workshop', 'tests', 'solutions'])
  await cp(join(folder, 'solutions'), join(folder, 'steps'), { recursive: true })
  return folder
}
