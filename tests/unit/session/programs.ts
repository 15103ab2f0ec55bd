// Small programs for the steps of a workspace copy.

/** Ends at once. */
export const endsAtOnce = `console.log('done')`

/** Runs until SIGTERM, then shuts down within 150 ms and logs it. */
export const longRunning = `
const name = process.env.DYNO
const timer = setInterval(() => {}, 1000)
process.once('SIGTERM', () => {
  setTimeout(() => { console.log(name, 'has shut down'); clearInterval(timer) }, 150)
})
console.log(name, 'is here')`

/** Logs SIGTERM and runs on. */
export const ignoresSigterm = `
process.on('SIGTERM', () => console.log('no'))
setInterval(() => {}, 1000)
console.log('is here')`

/** Starts a child in its group and one outside of it; both ignore SIGTERM and SIGHUP. */
export const spawnsChildren = `
import { spawn } from 'node:child_process'
const ignoresSignals = "process.on('SIGTERM', () => {}); process.on('SIGHUP', () => {}); setInterval(() => {}, 1000); console.log('up')"
for (const detached of [false, true]) {
  const child = spawn(process.execPath, ['-e', ignoresSignals], { detached, stdio: ['ignore', 'pipe', 'inherit'] })
  child.stdout.once('data', () => console.log(detached ? 'the far child is up' : 'the near child is up'))
}
process.once('SIGTERM', () => { console.log('has shut down'); process.exit(0) })`
