import { Bench } from '../dev/bench/bench.ts'
import { runClassroom } from '../dev/bench/classroom.ts'
import { check, watch } from '../dev/bench/check-latency.ts'
import { busy } from '../dev/bench/busy.ts'
import { runDrills } from '../dev/bench/drills.ts'
import { machine } from '../dev/bench/baseline.ts'
import { runKit } from '../dev/bench/kit.ts'
import { soakSection } from '../dev/bench/soak.ts'
import { proxyCost } from '../dev/bench/proxy-cost.ts'
import { clone, install, installSize, test } from '../dev/bench/install.ts'
import { UserError } from '../errors.ts'
import { ShutdownSignal } from '../session/shutdown.ts'

const sections = {
  size: installSize,
  check,
  watch,
  proxy: proxyCost,
  install,
  clone,
  test,
  soak: soakSection,
}
// These stand alone; most count what goes wrong instead of measuring how long something takes.
const others: Record<string, typeof busy> = {
  busy,
  drills: runDrills,
  classroom: runClassroom,
  kit: runKit,
  // The browser's driver is for contributors alone.
  site: async (words) => (await import('../dev/bench/site.ts')).runSite(words),
}
const isLinux = process.platform === 'linux'
const quick = ['size', 'check', 'watch', 'proxy', ...(isLinux ? ['soak'] : [])]
const soakSeconds = { alone: 25, amongOthers: 6, least: 5, most: 300 }

/** Which sections to measure, and for how long to soak. */
interface Plan {
  wanted: string[]
  seconds: number
}

/**
 * `npm run bench [section …]`: prints how long things take, beside this machine's own limits.
 * It demands no times: those of a shared machine prove little, their ratios more. Only a soak
 * that loses or doubles a message fails, with exit code 1. Everything is tried in copies under
 * `.workshop/tmp`, which are removed.
 *
 * `npm run bench busy`, `drills`, `classroom`, `kit` and `site`: see there.
 *
 * @param words sections; all quick ones when there are none. A number after `soak`: seconds
 */
export async function run(words: string[]): Promise<number> {
  const alone = Object.hasOwn(others, words[0] ?? '') ? others[words[0] ?? ''] : undefined
  if (alone) return runAlone(alone, words.slice(1))
  const plan = planOf(words)
  const bench = new Bench()
  const shutdown = new ShutdownSignal()
  try {
    await Promise.race([measureAll(bench, plan), shutdown.requested.promise])
    return 0
  } finally {
    await bench.clear()
    shutdown.close()
  }
}

async function runAlone(bench: typeof busy, words: string[]): Promise<number> {
  if (!isLinux) throw new UserError('That bench reads /proc, which only Linux has')
  const shutdown = new ShutdownSignal()
  const stop = new AbortController()
  void shutdown.requested.promise.then(() => stop.abort())
  try {
    return await bench(words, stop.signal)
  } finally {
    shutdown.close()
  }
}

function planOf(words: string[]): Plan {
  if (words.length === 0) return { wanted: quick, seconds: soakSeconds.amongOthers }
  const after = words.indexOf('soak') + 1
  const number = after > 0 && /^\d+$/.test(words[after] ?? '') ? words[after] : undefined
  const wanted = number === undefined ? words : words.toSpliced(after, 1)
  const unknown = wanted.find((word) => !Object.hasOwn(sections, word))
  if (unknown !== undefined) {
    const names = Object.keys(sections).join(', ')
    throw new UserError(`There is nothing called "${unknown}" to measure. There are: ${names}`)
  }
  if (wanted.includes('soak') && !isLinux)
    throw new UserError('A soak reads /proc, which only Linux has')
  return { wanted, seconds: secondsOf(number) }
}

function secondsOf(number: string | undefined): number {
  const { alone, least, most } = soakSeconds
  const seconds = Number(number ?? alone)
  if (seconds >= least && seconds <= most) return seconds
  throw new UserError(`A soak lasts ${least} to ${most} seconds, not ${number}`)
}

async function measureAll(bench: Bench, { wanted, seconds }: Plan): Promise<void> {
  await machine(bench)
  for (const [name, section] of Object.entries(sections)) {
    if (wanted.includes(name)) await section(bench, seconds)
  }
}
