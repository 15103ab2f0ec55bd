import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { pluralize } from '../text.ts'
import { type DoctorResult, note, ok } from './finding.ts'

/** Whether a Docker engine answers. */
export async function checkDocker(env = process.env): Promise<DoctorResult> {
  const version = (
    await outputOf('docker', ['info', '--format', '{{.ServerVersion}}'], env)
  )?.trim()
  if (version) return ok(`Docker: engine ${version}`)
  return note('Docker: no engine answers. Needed only without another Redis, and to scale out')
}

/** Whether lsof is there: without it, kill-port claims success and kills nothing. */
export async function checkLsof(
  env = process.env,
  platform = process.platform,
): Promise<DoctorResult> {
  if (platform === 'win32') return ok('lsof: not needed on Windows')
  if ((await outputOf('lsof', ['-v'], env)) !== undefined)
    return ok('lsof: there (kill-port needs it)')
  return note('lsof: missing. kill-port needs it from step 9 on; install the package lsof')
}

/** Whether programs of this copy of the workshop are running, from wherever they were started. */
export async function checkRunning(root: string, env = process.env): Promise<DoctorResult> {
  const list = await outputOf('ps', ['-Ao', 'pid=,ppid=,args='], env)
  if (list === undefined) return note('Running programs: cannot be listed here (no ps)')
  const home = join(root, '.workshop', '/')
  const own = new Set([process.pid, process.ppid])
  const pids = list
    .split('\n')
    .filter((line) => line.includes(home))
    .map((line) => line.trim().split(/\s+/, 2).map(Number))
    .filter(([pid = 0, parent = 0]) => !own.has(pid) && parent !== process.pid)
    .map(([pid]) => pid)
  if (pids.length === 0) return ok('Running programs of the workshop: none')
  const what = `${pluralize(pids.length, 'program')} of the workshop (pid ${pids.join(', ')})`
  return ok(`Running: ${what}, of an open guide, a step or a check. All end with: npm run stop`)
}

/** What a program prints; undefined when there is none, it fails, or it takes over 4 s. */
export function outputOf(
  file: string,
  args: string[],
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const options = { env, timeout: 4_000, killSignal: 'SIGKILL' } as const
  return new Promise((resolve) => {
    execFile(file, args, options, (error, stdout) => resolve(error ? undefined : stdout))
  })
}
