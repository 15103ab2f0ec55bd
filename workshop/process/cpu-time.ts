import { readdirSync } from 'node:fs'
import { readProc } from './proc-file.ts'
import { type ProcessInfo, listProcesses } from './processes.ts'

/** What a group of processes got of the processor in some time, in milliseconds. */
export interface CpuUse {
  /** How long its threads ran, added up. */
  ranMs: number
  /** How long they were ready to run and had to wait for a processor, added up. */
  waitedMs: number
}

/**
 * Measures what processes and all their descendants get of the processor. The run-queue delay
 * of /proc/PID/task/TID/schedstat (proc_pid_schedstat(5), Documentation/scheduler/sched-stats)
 * also counts the time in which a CPU quota of a cgroup holds a process back.
 */
export class CpuMeter {
  #threads: Map<string, CpuUse> | undefined

  /** @param roots the processes; this one when missing */
  constructor(private readonly roots: () => readonly number[] = () => [process.pid]) {}

  /** @returns what they got since the last call; undefined on systems that do not show it */
  read(): CpuUse | undefined {
    if (process.platform !== 'linux') return undefined
    const before = this.#threads
    const threads = readThreads(this.roots())
    this.#threads = threads
    const use = { ranMs: 0, waitedMs: 0 }
    if (!before) return use
    for (const [thread, { ranMs, waitedMs }] of threads) {
      // A thread that is new here began after the last call.
      const last = before.get(thread)
      use.ranMs += Math.max(0, ranMs - (last?.ranMs ?? 0))
      use.waitedMs += Math.max(0, waitedMs - (last?.waitedMs ?? 0))
    }
    return use
  }
}

/** How long the threads of some processes have waited for a processor so far; 0 where unknown. */
export function waitedMsOf(pids: readonly number[]): number {
  let sum = 0
  for (const pid of process.platform === 'linux' ? pids : []) {
    for (const thread of threadsOf(pid)) {
      sum += readSchedstat(`/proc/${pid}/task/${thread}/schedstat`)?.waitedMs ?? 0
    }
  }
  return sum
}

/** What the main thread of a process got so far; undefined where the system does not show it. */
export function mainThreadUse(pid: number): CpuUse | undefined {
  if (process.platform !== 'linux') return undefined
  return readSchedstat(`/proc/${pid}/task/${pid}/schedstat`)
}

function readThreads(roots: readonly number[]): Map<string, CpuUse> {
  const threads = new Map<string, CpuUse>()
  for (const pid of withDescendants(roots)) {
    for (const thread of threadsOf(pid)) {
      const use = readSchedstat(`/proc/${pid}/task/${thread}/schedstat`)
      if (use) threads.set(thread, use)
    }
  }
  return threads
}

// A process that lost its parent counts no more.
function withDescendants(roots: readonly number[]): number[] {
  const children = new Map<number, number[]>()
  for (const { pid, parent = 0 } of recentProcesses()) {
    const siblings = children.get(parent)
    if (siblings) siblings.push(pid)
    else children.set(parent, [pid])
  }
  const found = [...roots]
  for (const pid of found) found.push(...(children.get(pid) ?? []))
  return found
}

// Several clocks look at the same processes at about the same time.
let recent: { at: number; processes: ProcessInfo[] } | undefined
const recentMs = 100

function recentProcesses(): ProcessInfo[] {
  const now = performance.now()
  if (!recent || now - recent.at > recentMs) recent = { at: now, processes: listProcesses() }
  return recent.processes
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return [] // It ended while we were reading.
  }
}

function readSchedstat(path: string): CpuUse | undefined {
  try {
    const [ran = 0, waited = 0] = readProc(path).toString('latin1').split(' ').map(Number)
    return { ranMs: ran / 1e6, waitedMs: waited / 1e6 }
  } catch {
    return undefined // It ended, or this kernel does not count.
  }
}
