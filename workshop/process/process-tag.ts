import { randomInt, randomUUID } from 'node:crypto'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { waitedMsOf } from './cpu-time.ts'
import { readProc } from './proc-file.ts'
import { type ProcessInfo, listProcesses } from './processes.ts'

// A program can start processes outside of its group. They are found by two marks that every
// child process inherits: a variable in the environment, and an unusual number in
// /proc/PID/oom_score_adj (proc_pid_oom_score_adj(5)). The second one survives an emptied
// environment, setsid and the end of the parent; the kernel reads it when memory is short, and
// then prefers a program of the course to other processes a little.
const variable = 'WORKSHOP_RUN'

/** What the tags of all instances of this process begin with. */
export const runTag = randomUUID()

let count = 0

/** A tag for one more instance. */
export function newTag(): string {
  count += 1
  return `${runTag}.${count}.`
}

/** The config var that carries a tag. */
export function tagEnv(tag: string): Record<string, string> {
  return { [variable]: tag }
}

const scores = { lowest: 101, highest: 299 }
let nextScore = randomInt(scores.lowest, scores.highest)

/**
 * Gives a process that has just been started a score that no other process is likely to have.
 *
 * @returns the score; undefined where the system has none, or does not let us
 */
export function setScore(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined
  nextScore = nextScore < scores.highest ? nextScore + 1 : scores.lowest
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, String(nextScore))
    return nextScore
  } catch {
    return undefined // It has ended, or the score may only be raised and is higher here.
  }
}

/**
 * The living processes that carry a tag, in whatever group. Only Linux shows the environment of
 * a process; elsewhere none is found, and the process group must do.
 *
 * @param beginning of the tag: of one instance, or `runTag` for all of a process
 */
export function findTagged(beginning: string): number[] {
  if (process.platform !== 'linux') return []
  const wanted = Buffer.from(`${variable}=${beginning}`)
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && hasTag(name, wanted))
    .map(Number)
}

/** What identifies the processes of an instance. */
export interface ProcessIdentity {
  pid: number
  tag: string
  /** See `setScore`. */
  score: number | undefined
  /** See `startTimeOf`: what it has started is not older. */
  start: number
}

/**
 * The living processes that an instance has started: those of its group, and on Linux its
 * descendants, those that carry its tag, and orphans with its score.
 */
export function descendantsOf(instance: ProcessIdentity): number[] {
  const { pid: root, tag, score, start } = instance
  const wanted = Buffer.from(`${variable}=${tag}`)
  const processes = listProcesses()
  const linux = process.platform === 'linux'
  const young = processes.filter((one) => linux && one.start >= start && one.pid !== root)
  const found = new Set<number>([root])
  for (const { pid, group } of processes) if (group === root) found.add(pid)
  for (const { pid } of young) if (hasTag(String(pid), wanted)) found.add(pid)
  for (const one of young) if (score !== undefined && isOrphan(one, score)) found.add(one.pid)
  for (const pid of found) {
    for (const one of young) if (one.parent === pid) found.add(one.pid)
  }
  found.delete(root)
  return [...found]
}

// Other runners give the same scores to their instances, but these are no orphans: their parent is
// the runner. Init adopts an orphan.
function isOrphan({ pid, parent }: ProcessInfo, score: number): boolean {
  return parent === 1 && process.pid !== 1 && scoreOf(pid) === score
}

function scoreOf(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/oom_score_adj`, 'latin1'))
  } catch {
    return undefined // It has ended, or is hidden.
  }
}

/** Those of them that still run after so many milliseconds in which they could run. */
export async function survivorsAfter(instance: ProcessIdentity, ms: number): Promise<number[]> {
  const began = performance.now()
  let running = descendantsOf(instance)
  let [countedMs, last, waitedBefore] = [0, began, waitedMsOf(running)]
  while (running.length > 0 && countedMs < ms && last - began < ms * mostSlowness) {
    await setTimeout(pollMs)
    running = descendantsOf(instance)
    const [now, waited] = [performance.now(), waitedMsOf(running)]
    // A poll that is late did not run either.
    const elapsedMs = Math.min(now - last, 2 * pollMs)
    countedMs += Math.max(0, elapsedMs - Math.max(0, waited - waitedBefore))
    ;[last, waitedBefore] = [now, waited]
  }
  return running
}

const pollMs = 25
// On a busy machine. Beyond that they are survivors.
const mostSlowness = 40

// A zombie has no environment any more, so the dead are not counted.
function hasTag(name: string, wanted: Buffer): boolean {
  try {
    return readProc(`/proc/${name}/environ`).includes(wanted)
  } catch {
    return false // It belongs to another user, or ended while we were reading.
  }
}
