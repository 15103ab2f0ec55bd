import { execFile } from 'node:child_process'
import { release } from 'node:os'
import { join } from 'node:path'
import { pluralize } from '../text.ts'
import { type DoctorResult, note, ok, problem } from './finding.ts'

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

/** Whether a Docker engine answers. */
export async function checkDocker(env = process.env): Promise<DoctorResult> {
  const version = (await ask('docker', ['info', '--format', '{{.ServerVersion}}'], env))?.trim()
  if (version) return ok(`Docker: engine ${version}`)
  return note('Docker: no engine answers. Needed only without another Redis, and to scale out')
}

/** Whether lsof is there: without it, kill-port claims success and kills nothing. */
export async function checkLsof(
  env = process.env,
  platform = process.platform,
): Promise<DoctorResult> {
  if (platform === 'win32') return ok('lsof: not needed on Windows')
  if ((await ask('lsof', ['-v'], env)) !== undefined)
    return ok('lsof: there (kill-port needs it)')
  return note('lsof: missing. kill-port needs it from step 9 on; install the package lsof')
}

/** Whether programs of this copy of the workshop are running, from wherever they were started. */
export async function checkRunning(root: string, env = process.env): Promise<DoctorResult> {
  const list = await ask('ps', ['-Ao', 'pid=,args='], env)
  if (list === undefined) return note('Running programs: cannot be listed here (no ps)')
  const home = join(root, '.workshop', '/')
  const own = new Set([process.pid, process.ppid])
  const pids = list
    .split('\n')
    .filter((line) => line.includes(home))
    .map((line) => Number.parseInt(line, 10))
    .filter((pid) => !own.has(pid))
  if (pids.length === 0) return ok('Running programs of the workshop: none')
  const what = `${pluralize(pids.length, 'program')} of the workshop running (pid ${pids.join(', ')})`
  return note(`${what}. Forgotten? npm run stop`)
}

// What a program prints; undefined when there is none, it fails, or it takes too long.
function ask(
  file: string,
  args: string[],
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const options = { env, timeout: 4_000, killSignal: 'SIGKILL' } as const
  return new Promise((resolve) => {
    execFile(file, args, options, (error, stdout) => resolve(error ? undefined : stdout))
  })
}
