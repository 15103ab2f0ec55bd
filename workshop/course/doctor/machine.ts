import { once } from 'node:events'
import { watch } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { availableParallelism, loadavg, release } from 'node:os'
import { join } from 'node:path'
import { errorCode } from '../../errors.ts'
import { writeFileAtomic } from '../files.ts'
import { pluralize } from '../text.ts'
import { type DoctorResult, note, ok, problem } from './finding.ts'
import { outputOf } from './programs.ts'

/** Whether Node is new enough. @param version such as `20.19.0` */
export function checkNode(version = process.versions.node): DoctorResult {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return ok(`Node ${version}`)
  return problem(`Node ${version} is too old: 20.19 or newer`, 'Get one at https://nodejs.org')
}

/** What is peculiar to this system. */
export function checkSystem(platform = process.platform, kernel = release()): DoctorResult {
  if (platform === 'win32') {
    const why = 'Windows has no SIGTERM and no Redis of its own'
    return note(`System: ${why}. Best run the workshop inside WSL: wsl --install`)
  }
  if (/microsoft/i.test(kernel)) {
    return ok(
      'System: WSL. Keep the workshop below your Linux home: saves are not seen in /mnt/c',
    )
  }
  return ok(`System: ${platform}`)
}

/** Whether a save is noticed. @param folder an empty folder to save a file in */
export async function checkWatching(folder: string): Promise<DoctorResult> {
  const polling = 'Saves are then noticed late, by looking again and again'
  try {
    const watcher = watch(folder, { signal: AbortSignal.timeout(2_000) })
    const noticed = once(watcher, 'change')
    const late = once(watcher, 'close').then(() => undefined)
    await writeFileAtomic(join(folder, 'saved'), 'Saved to see whether it is noticed.\n')
    const found = await Promise.race([noticed, late])
    watcher.close()
    if (found) return ok('Saves: noticed at once')
    return note(`Saves: not noticed on this disk (a network or a Windows disk?). ${polling}`)
  } catch (error) {
    const code = errorCode(error)
    if (code !== 'ENOSPC' && code !== 'EMFILE') throw error
    const remedy = 'On Linux: sudo sysctl fs.inotify.max_user_watches=524288'
    return note(`Saves: other programs use all file watchers (${code}). ${polling}. ${remedy}`)
  }
}

/** How many files a process may have open. @param limit undefined when it is not known */
export function checkOpenFiles(limit: number | undefined): DoctorResult {
  if (limit === undefined) return ok('Open files: limit not known here')
  if (limit >= 1024) return ok(`Open files: up to ${limit}`)
  return problem(
    `Open files: only ${limit} at a time`,
    'Run: ulimit -n 4096, or ask who set it',
  )
}

/** The limit for {@link checkOpenFiles}, of this process. */
export async function openFilesLimit(env = process.env): Promise<number | undefined> {
  const text = (await outputOf('sh', ['-c', 'ulimit -n'], env))?.trim() ?? ''
  if (text === 'unlimited') return Number.POSITIVE_INFINITY
  return /^\d+$/.test(text) ? Number(text) : undefined
}

/** What this machine can do at this moment. */
export interface Speed {
  /** Milliseconds that `node -e 0` takes. */
  startMs: number
  /** Cores that may be used, a quota of a container included. */
  cores: number
  /** Processes that want to run, over the last minute. */
  load: number
}

/** Whether the machine is fast enough for the limits of the checks. */
export function checkSpeed({ startMs, cores, load }: Speed): DoctorResult {
  const short = Number(cores.toFixed(2))
  const text = `Speed: Node starts in ${startMs} ms; ${pluralize(short, 'core')}, load ${load.toFixed(1)}`
  if (startMs < 400 && cores >= 1 && load < cores * 3) return ok(text)
  return note(`${text}. That is slow: a check may end with "could not be judged"`)
}

/** Measures the machine. @param runs starts of Node, of which the median counts */
export async function measureSpeed(env = process.env, runs = 3): Promise<Speed> {
  const times: number[] = []
  for (let i = 0; i < runs; i++) {
    const start = performance.now()
    await outputOf(process.execPath, ['-e', '0'], env)
    times.push(Math.round(performance.now() - start))
  }
  const startMs = times.toSorted((a, b) => a - b)[Math.floor(runs / 2)] ?? 0
  const cores = Math.min(availableParallelism(), await cpuQuota())
  return { startMs, cores, load: loadavg()[0] ?? 0 }
}

const groups = '/sys/fs/cgroup'

function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '')
}

// Of the control group this process is in: version 2, then version 1. Infinity without one.
async function cpuQuota(): Promise<number> {
  const own = /^0::\/?(.*)$/m.exec(await read('/proc/self/cgroup'))
  const texts = [
    await read(`${groups}/${own?.[1] ?? ''}/cpu.max`),
    await read(`${groups}/cpu.max`),
  ]
  const cpu = `${groups}/cpu/cpu.cfs`
  texts.push(`${await read(`${cpu}_quota_us`)} ${await read(`${cpu}_period_us`)}`)
  for (const text of texts) {
    const [quota = Number.NaN, period = Number.NaN] = text
      .split(/\s+/)
      .filter(Boolean)
      .map(Number)
    if (quota > 0 && period > 0) return quota / period
  }
  return Number.POSITIVE_INFINITY
}

/** Whether the locale of the environment exists. Private servers do not use it. */
export async function checkLocale(env = process.env): Promise<DoctorResult> {
  const name = env['LC_ALL'] ?? env['LANG'] ?? 'C'
  const missing = await outputOf('sh', ['-c', 'locale 2>&1 >/dev/null'], env)
  if (!missing?.trim()) return ok(`Locale: ${name}`)
  return note(`Locale: ${name} is not installed here. Redis is started without it`)
}
