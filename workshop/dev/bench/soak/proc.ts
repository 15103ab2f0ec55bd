// What Linux tells about processes, in /proc.
import { readFileSync, readdirSync } from 'node:fs'
import { parentOf } from '../../../process/processes.ts'

// What /proc counts in, on every Linux of today.
const ticksPerSecond = 100

/** A cluster worker of a running instance. */
export interface ClusterWorker {
  pid: number
  instance: string
}

/** The living cluster workers of a primary, each with the name it was given in DYNO. */
export function clusterWorkers(primary: number): ClusterWorker[] {
  const children = readdirSync('/proc')
    .map(Number)
    .filter((pid) => parentOf(pid) === primary)
  return children.flatMap((pid) => {
    const instance = readProc(pid, 'environ')
      .split('\0')
      .find((text) => text.startsWith('DYNO='))
    return instance ? [{ pid, instance: instance.slice('DYNO='.length) }] : []
  })
}

/** The processor time that an app has used, in seconds: primary, workers, and dead workers. */
export function appCpu(primary: number): number {
  const [own = 0, dead = 0] = cpuOf(primary)
  const living = clusterWorkers(primary).map(({ pid }) => cpuOf(pid)[0] ?? 0)
  return living.reduce((sum, one) => sum + one, own + dead)
}

/** The processor time that a process has used by itself, in seconds. */
export function ownCpu(pid: number): number {
  return cpuOf(pid)[0] ?? 0
}

// proc(5): `pid (comm) state …`; from there the 12th and 13th are utime and stime, the next
// two the same for children that have ended and been waited for.
function cpuOf(pid: number): number[] {
  const stat = readProc(pid, 'stat')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [user = 0, system = 0, deadUser = 0, deadSystem = 0] = fields.slice(11, 15).map(Number)
  return [user + system, deadUser + deadSystem].map((ticks) => ticks / ticksPerSecond)
}

function readProc(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1')
  } catch {
    return '' // It ended while we were reading.
  }
}
