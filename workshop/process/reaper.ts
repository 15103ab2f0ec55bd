// A small process beside every command that starts programs. It holds the other end of a pipe,
// and a list of process groups that the command has started. The pipe closes when the command
// has ended, however it ended: also by SIGKILL, when no handler of its own can run. What still
// runs then gets SIGTERM, and after four seconds SIGKILL. Then the folders on a second list are
// removed.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { descendantsOf, findTagged } from './process-tag.ts'
import { groupMembers, isGroupLeaderAlive, sendSignal, startTimeOf } from './processes.ts'

const graceMs = 4000
const pollMs = 50
const [runTag = 'none'] = process.argv.slice(2)

/** A group on the list, and what distinguishes its leader from a later process with the same number. */
interface Group {
  start: number
  score: number | undefined
}

const groups = new Map<number, Group>()
const folders: string[] = []
let terminal: string | undefined

// The end of the pipe ends this process; a Ctrl+C meant for the command does not.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
process.on('SIGHUP', () => {})

const lines = createInterface({ input: process.stdin })
lines.on('line', (line) => {
  const rest = line.slice(1)
  const [pid = 0, start = 0, score] = rest.split(' ').map(Number)
  if (line.startsWith('+')) groups.set(pid, { start, score })
  if (line.startsWith('-')) groups.delete(pid)
  if (line.startsWith('t')) terminal = rest
  if (line.startsWith('r')) folders.push(rest)
})
lines.on('close', onParentGone)

function onParentGone(): void {
  restoreTerminal()
  // An instance that was started a moment before is not on the list, but has the tag.
  for (const pid of findTagged(runTag).filter(isGroupLeaderAlive)) {
    if (!groups.has(pid)) groups.set(pid, { start: startTimeOf(pid), score: undefined })
  }
  for (const [pid, { start }] of groups) if (isReused(pid, start)) groups.delete(pid)
  // Now, for they lose their parents.
  const started = new Map(listDescendants().map((pid) => [pid, startTimeOf(pid)]))
  for (const pid of groups.keys()) sendSignal(pid, 'SIGTERM')
  const deadline = Date.now() + graceMs
  const poll = () => {
    const stillStopping = [...groups.keys()].some(isGroupLeaderAlive)
    if (stillStopping && Date.now() < deadline) setTimeout(poll, pollMs)
    else killRemaining(started)
  }
  poll()
}

// The number of an ended group can belong to another process by now.
function isReused(pid: number, start: number): boolean {
  return isGroupLeaderAlive(pid) && start !== 0 && startTimeOf(pid) !== start
}

function listDescendants(): number[] {
  return [...groups].flatMap(([pid, { start, score }]) =>
    descendantsOf({ pid, start, score, tag: runTag }),
  )
}

function killRemaining(started: ReadonlyMap<number, number>): void {
  for (const pid of listDescendants()) sendSignal(pid, 'SIGKILL')
  for (const [pid, start] of started) {
    if (startTimeOf(pid) === start) sendSignal(pid, 'SIGKILL')
  }
  for (const pid of groups.keys()) {
    if (groupMembers(pid).length > 0) sendSignal(-pid, 'SIGKILL')
  }
  for (const pid of findTagged(runTag)) sendSignal(pid, 'SIGKILL')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 20 })
}

// A command that was killed while it read single keys leaves a terminal without echo behind.
function restoreTerminal(): void {
  if (terminal) spawnSync('stty', [terminal], { stdio: [3, 'ignore', 'ignore'] })
}
