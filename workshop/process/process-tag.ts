import { randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { readProc } from './proc-file.ts'
import { listProcesses } from './processes.ts'

// A program can start others outside of its process group, where nobody would look for
// them. They inherit its environment though, so every instance carries a mark there.
const variable = 'WORKSHOP_RUN'

/** What the marks of all instances of this runner begin with. */
export const runTag = randomUUID()

let counted = 0

/** A mark for one more instance of this runner. */
export function newTag(): string {
  counted += 1
  return `${runTag}.${counted}.`
}

/** The config var that carries a mark. */
export function tagEnv(mark: string): Record<string, string> {
  return { [variable]: mark }
}

/**
 * The living processes that carry a mark, wherever they went. Only Linux shows the
 * environment of a process; elsewhere nobody is found, and the process group must do.
 *
 * @param beginning of the mark: of one instance, or `runMark` for all of a runner
 */
export function findTagged(beginning: string): number[] {
  if (process.platform !== 'linux') return []
  const wanted = Buffer.from(`${variable}=${beginning}`)
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && hasTag(name, wanted))
    .map(Number)
}

/** What tells the processes of an instance from all others. */
export interface ProcessIdentity {
  pid: number
  tag: string
  /** See `startOf`: nobody it has started is older. */
  start: number
}

/**
 * The living processes that belong to an instance without being it: those of its group, and on
 * Linux those that carry its mark.
 */
export function descendantsOf(instance: ProcessIdentity): number[] {
  const wanted = Buffer.from(`${variable}=${instance.tag}`)
  return listProcesses()
    .filter(({ pid, group, start }) => {
      if (pid === instance.pid) return false
      const young = process.platform === 'linux' && start >= instance.start
      return group === instance.pid || (young && hasTag(String(pid), wanted))
    })
    .map(({ pid }) => pid)
}

/** Those of them that are still there after so many milliseconds. */
export async function survivorsAfter(instance: ProcessIdentity, ms: number): Promise<number[]> {
  const until = performance.now() + ms
  let there = descendantsOf(instance)
  while (there.length > 0 && performance.now() < until) {
    await setTimeout(25)
    there = descendantsOf(instance)
  }
  return there
}

// A zombie has no environment any more, so the dead are not counted.
function hasTag(name: string, wanted: Buffer): boolean {
  try {
    return readProc(`/proc/${name}/environ`).includes(wanted)
  } catch {
    return false // Somebody else's, or it ended while we were reading.
  }
}
