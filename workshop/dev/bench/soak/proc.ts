// Processor times, from Linux' /proc.
import { readFileSync, readdirSync } from 'node:fs'
import { parentOf } from '../../../process/processes.ts'

// What /proc counts in, on every Linux of today.
const ticksPerSecond = 100

/** The processor time that instances and their cluster workers have used, in seconds. */
export function appCpuSeconds(primaries: readonly number[]): number {
  const workers = readdirSync('/proc')
    .map(Number)
    .filter((pid) => primaries.includes(parentOf(pid) ?? -1))
  return [...primaries, ...workers].reduce((sum, pid) => sum + cpuSeconds(pid), 0)
}

/** The processor time that a process has used, in seconds. */
export function cpuSeconds(pid: number): number {
  // proc(5): `pid (comm) state …`; from there the 12th and 13th are utime and stime.
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [user = 0, system = 0] = fields.slice(11, 13).map(Number)
  return (user + system) / ticksPerSecond
}
