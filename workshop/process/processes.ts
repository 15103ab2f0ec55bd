import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { readProc } from './proc-file.ts'

/**
 * Sends a signal to a process, or to a whole group when the number is negative.
 *
 * @returns false when there is no such process
 */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  // kill(2): 0 is the caller's own group, and -1 every process there is.
  if (!(Math.abs(pid) > 1)) return false
  try {
    if (process.platform === 'win32') return sendOnWindows(Math.abs(pid))
    return process.kill(pid, signal)
  } catch {
    return false
  }
}

// Windows knows neither signals nor process groups: a tree can only be ended.
function sendOnWindows(pid: number): boolean {
  return spawnSync('taskkill', ['/pid', String(pid), '/T', '/F']).status === 0
}

/**
 * The living processes of a process group. Zombies, which a signal 0 calls alive, do not
 * count.
 *
 * @param group the group's number: the pid of its first process
 */
export function groupMembers(group: number): number[] {
  return listProcesses()
    .filter((row) => row.group === group)
    .map((row) => row.pid)
}

/** Whether a living process is the first of its group, as every instance is. */
export function isGroupLeaderAlive(pid: number): boolean {
  if (process.platform === 'win32') return isAlive(pid)
  if (process.platform !== 'linux') return groupMembers(pid).includes(pid)
  const row = readProcStat(String(pid))
  return row !== undefined && row.group === pid && row.state !== 'Z'
}

/** Whether the main thread of a process runs, or could; false on systems that do not show it. */
export function isMainThreadReady(pid: number): boolean {
  return process.platform === 'linux' && readProcStat(String(pid))?.state === 'R'
}

/** When a process was started, on a clock that only Linux has; 0 elsewhere. */
export function startTimeOf(pid: number): number {
  return (process.platform === 'linux' && readProcStat(String(pid))?.start) || 0
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** A process's parent on Linux; undefined elsewhere. */
export function parentOf(pid: number): number | undefined {
  return process.platform === 'linux' ? readProcStat(String(pid))?.parent : undefined
}

/** A process. */
export interface ProcessInfo {
  pid: number
  parent?: number
  group: number
  state: string
  /** See `startOf`. */
  start: number
}

/** All processes of this machine but zombies; none on Windows. */
export function listProcesses(): ProcessInfo[] {
  if (process.platform === 'win32') return []
  const rows = process.platform === 'linux' ? fromProc() : fromPs()
  return rows.filter(({ state }) => state !== 'Z')
}

function fromProc(): ProcessInfo[] {
  const rows: ProcessInfo[] = []
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const row = readProcStat(name)
    if (row) rows.push(row)
  }
  return rows
}

// proc(5): `pid (comm) state ppid pgrp …`; comm may hold spaces and parentheses.
function readProcStat(name: string): ProcessInfo | undefined {
  try {
    const stat = readProc(`/proc/${name}/stat`).toString('latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [parent, group, start] = [1, 2, 19].map((i) => Number(fields[i]))
    if (parent === undefined || group === undefined || start === undefined) return undefined
    return { pid: Number(name), parent, group, start, state: fields[0] ?? '' }
  } catch {
    return undefined // It ended while we were reading.
  }
}

function fromPs(): ProcessInfo[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,pgid=,state='], { encoding: 'utf8' })
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [pid, group, state = ''] = line.trim().split(/\s+/)
      return { pid: Number(pid), group: Number(group), state: state.slice(0, 1), start: 0 }
    })
}
