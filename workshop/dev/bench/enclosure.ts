import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import {
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { errorCode } from '../../errors.ts'

// Where a cgroup can be made: version 2, version 1 with a CPU quota, version 1 beside 2.
const hierarchies = ['/sys/fs/cgroup', '/sys/fs/cgroup/cpu', '/sys/fs/cgroup/unified']
const periodMicros = 100_000

/**
 * A place for processes that they cannot leave: a cgroup, where one may be made, and else all
 * processes of /proc that have to do with a folder. It counts what is left of a command.
 */
export class Enclosure {
  readonly #group: string | undefined

  /** @param folder absolute; where the commands run */
  constructor(private readonly folder: string) {
    this.#group = makeGroup()
  }

  /** Limits the processor time. @param cores 0.25: a quarter of one @returns false: impossible here */
  setQuota(cores: number): boolean {
    const quota = cores * periodMicros
    return (
      this.#write('cpu.max', `${quota} ${periodMicros}`) ||
      (this.#write('cpu.cfs_period_us', String(periodMicros)) &&
        this.#write('cpu.cfs_quota_us', String(quota)))
    )
  }

  /** Starts a program inside. */
  spawn(file: string, args: string[], options: SpawnOptions): ChildProcess {
    if (!this.#group) return spawn(file, args, options)
    const enter = 'echo $$ > "$0/cgroup.procs" && exec "$@"'
    return spawn('/bin/sh', ['-c', enter, this.#group, file, ...args], options)
  }

  /** The processes inside that are alive. */
  processes(): { pid: number; command: string }[] {
    const pids = this.#group
      ? readFileSync(join(this.#group, 'cgroup.procs'), 'latin1').trim().split('\n').map(Number)
      : readdirSync('/proc')
          .map(Number)
          .filter((pid) => refersTo(pid, this.folder))
    return pids
      .filter((pid) => pid > 0 && pid !== process.pid && isAlive(pid))
      .map((pid) => ({ pid, command: read(pid, 'cmdline').replaceAll('\0', ' ').trim() }))
  }

  /** Ends what is left, and removes the cgroup. */
  async close(): Promise<void> {
    for (const { pid } of this.processes()) kill(pid)
    while (this.processes().length > 0) await delay(50)
    if (this.#group) await removeGroup(this.#group)
  }

  #write(file: string, text: string): boolean {
    if (!this.#group) return false
    try {
      writeFileSync(join(this.#group, file), text, { flag: 'r+' })
      return true
    } catch {
      return false // Not in this hierarchy.
    }
  }
}

function makeGroup(): string | undefined {
  for (const hierarchy of hierarchies) {
    const group = join(hierarchy, `workshop-${process.pid}-${Date.now()}`)
    try {
      mkdirSync(group)
      readFileSync(join(group, 'cgroup.procs'))
      return group
    } catch {
      try {
        rmdirSync(group)
      } catch {
        // It was not made.
      }
    }
  }
  return undefined
}

// A cgroup is busy until its dead processes are reaped.
async function removeGroup(group: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return rmdirSync(group)
    } catch (error) {
      if (errorCode(error) !== 'EBUSY' || attempt === 100) throw error
      await delay(50)
    }
  }
}

// By its folder, its program, its environment, its arguments or a file that it has open.
function refersTo(pid: number, folder: string): boolean {
  if (!(pid > 0)) return false
  const files = list(`/proc/${pid}/fd`).map((fd) => link(`/proc/${pid}/fd/${fd}`))
  const places = [link(`/proc/${pid}/cwd`), link(`/proc/${pid}/exe`), ...files]
  const texts = [read(pid, 'environ'), read(pid, 'cmdline')]
  return [...places, ...texts].some((text) => text.includes(folder))
}

function isAlive(pid: number): boolean {
  const stat = read(pid, 'stat')
  return stat !== '' && !/^ [ZX]/.test(stat.slice(stat.lastIndexOf(')') + 1))
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return '' // It has ended, or belongs to another user.
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}
