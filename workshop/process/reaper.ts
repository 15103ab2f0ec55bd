// A small process beside every runner. It holds the other end of a pipe, and a list of
// process groups the runner has started. The pipe closes when the runner is gone, however
// it went: also by SIGKILL, when no handler of the runner's own can run any more. What is
// then still there is told to stop, and after four seconds killed.
import { spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { findTagged } from './process-tag.ts'
import { groupMembers, isGroupLeaderAlive, sendSignal } from './processes.ts'

const graceMs = 4000
const [runTag = 'nobody'] = process.argv.slice(2)
const groups = new Set<number>()
let terminal: string | undefined

// The runner decides when this ends; a Ctrl+C meant for the runner must not.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
process.on('SIGHUP', () => {})

const lines = createInterface({ input: process.stdin })
lines.on('line', (line) => {
  const rest = line.slice(1)
  if (line.startsWith('+')) groups.add(Number(rest))
  if (line.startsWith('-')) groups.delete(Number(rest))
  if (line.startsWith('t')) terminal = rest
})
lines.on('close', onParentGone)

function onParentGone(): void {
  restoreTerminal()
  // An instance the runner had just started when it was killed is not on the list, but marked.
  const orphans = findTagged(runTag)
  for (const pid of orphans.filter(isGroupLeaderAlive)) groups.add(pid)
  for (const group of groups) sendSignal(group, 'SIGTERM')
  const deadline = Date.now() + graceMs
  const look = () => {
    const stillStopping = [...groups].some((group) => isGroupLeaderAlive(group))
    if (stillStopping && Date.now() < deadline) setTimeout(look, 50)
    else killRemaining()
  }
  look()
}

function killRemaining(): void {
  for (const group of groups) {
    if (groupMembers(group).length > 0) sendSignal(-group, 'SIGKILL')
  }
  for (const pid of findTagged(runTag)) sendSignal(pid, 'SIGKILL')
}

// A runner that was killed while it read single keys leaves a terminal without echo behind.
function restoreTerminal(): void {
  if (terminal) spawnSync('stty', [terminal], { stdio: [3, 'ignore', 'ignore'] })
}
