import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { requireRunnableStep, steps } from '../../course/index.ts'
import { isRecord, parseJson } from '../../course/text.ts'
import { UserError } from '../../errors.ts'
import { root } from '../../paths.ts'
import { sendSignal } from '../../process/processes.ts'
import { Enclosure } from './enclosure.ts'

/** How a machine is made busy: busy loops beside the check, or a share of one core for it. */
type Load = { loops: number } | { quota: number }

const loads: Load[] = [{ loops: 12 }, { quota: 0.25 }, { quota: 0.5 }, { quota: 1 }]
const periodMs = 100

interface Count {
  passed: number
  notJudged: number
  notYet: number
  other: number
}

/**
 * `npm run bench busy [repeats] [step …]`: checks every solution on a busy machine. A right
 * answer may pass or be inconclusive; one that is rejected fails the bench.
 *
 * @returns 0; 1 when a solution was rejected
 */
export async function busy(words: string[], signal: AbortSignal): Promise<number> {
  const [first = '1', ...more] = words
  const repeats = Number(first)
  if (!(repeats >= 1)) throw new UserError('It is: npm run bench busy [repeats] [step …]')
  for (const word of more) await requireRunnableStep(word)
  const numbers = more.length > 0 ? more : (await steps()).map(({ number }) => String(number))
  let rejected = 0
  for (const load of loads) {
    for (const number of numbers) {
      const count: Count = { passed: 0, notJudged: 0, notYet: 0, other: 0 }
      const began = performance.now()
      for (let run = 0; run < repeats && !signal.aborted; run++) {
        count[await checkUnder(load, number)] += 1
      }
      if (signal.aborted) return rejected > 0 ? 1 : 0
      const seconds = ((performance.now() - began) / 1000 / repeats).toFixed(0)
      const { passed, notJudged, notYet, other } = count
      console.log(
        `${describe(load)}, step ${number}: ${passed} passed, ${notJudged} could not be judged, ` +
          `${notYet} not yet, ${other} other (${seconds} s each)`,
      )
      rejected += notYet + other
    }
  }
  return rejected > 0 ? 1 : 0
}

function describe(load: Load): string {
  return 'loops' in load ? `${load.loops} busy loops` : `${load.quota} of a core`
}

async function checkUnder(load: Load, step: string): Promise<keyof Count> {
  const enclosure = new Enclosure(root)
  const loops = 'loops' in load ? startLoops(load.loops) : []
  const throttled = 'quota' in load && enclosure.setQuota(load.quota)
  const args = ['workshop/launcher.cjs', 'check', step, 'solution', 'json']
  const child = enclosure.spawn(process.execPath, args, { cwd: root, stdio: 'pipe' })
  const printed = { stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk) => (printed.stdout += String(chunk)))
  child.stderr?.on('data', (chunk) => (printed.stderr += String(chunk)))
  const over = new AbortController()
  // Without cgroups: the check runs for a part of each period, and is stopped for the rest.
  const duty = 'quota' in load && !throttled ? alternate(enclosure, load.quota, over.signal) : 0
  const [code] = await once(child, 'close')
  over.abort()
  await duty
  for (const loop of loops) loop.kill('SIGKILL')
  await enclosure.close()
  if (code === 0) return 'passed'
  console.log(`${printed.stdout}${printed.stderr}`.trim())
  if (code === 1) return 'notYet'
  const result = parseJson(printed.stdout)
  return isRecord(result) && result['verdict'] === 'not judged' ? 'notJudged' : 'other'
}

function startLoops(count: number): ChildProcess[] {
  return Array.from({ length: count }, startLoop)
}

function startLoop(): ChildProcess {
  return spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' })
}

async function alternate(enclosure: Enclosure, share: number, over: AbortSignal) {
  const all = (signal: NodeJS.Signals) => {
    for (const { pid } of enclosure.processes()) sendSignal(pid, signal)
  }
  while (!over.aborted) {
    await delay(periodMs * Math.min(share, 1))
    all('SIGSTOP')
    await delay(periodMs * (1 - Math.min(share, 1)))
    all('SIGCONT')
  }
}
