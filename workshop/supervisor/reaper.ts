// A small process beside every runner. It holds the other end of a pipe, and a list of
// process groups the runner has started. The pipe closes when the runner is gone, however
// it went: also by SIGKILL, when no handler of the runner's own can run any more. What is
// then still on the list is told to stop, and after four seconds killed.
import { createInterface } from 'node:readline'
import { groupMembers, send } from './processes.ts'

const groups = new Set<number>()

// The runner decides when this ends; a Ctrl+C meant for the runner must not.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
process.on('SIGHUP', () => {})

const lines = createInterface({ input: process.stdin })
lines.on('line', (line) => {
  const group = Number(line.slice(1))
  if (line.startsWith('+')) groups.add(group)
  else groups.delete(group)
})
lines.on('close', sweep)

function sweep(): void {
  for (const group of groups) send(group, 'SIGTERM')
  const deadline = Date.now() + 4000
  const look = setInterval(() => {
    const left = [...groups].filter((group) => groupMembers(group).length > 0)
    if (left.length > 0 && Date.now() < deadline) return
    for (const group of left) send(-group, 'SIGKILL')
    clearInterval(look)
  }, 50)
}
