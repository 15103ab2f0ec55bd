// Small programs for steps of a clone.

/** Ends at once. */
export const once = `console.log('done')`

/** Stays, and says farewell. */
export const stays = `
const name = process.env.DYNO
const timer = setInterval(() => {}, 1000)
process.once('SIGTERM', () => {
  setTimeout(() => { console.log(name, 'says farewell'); clearInterval(timer) }, 150)
})
console.log(name, 'is here')`

/** Does not want to end. */
export const stubborn = `
process.on('SIGTERM', () => console.log('no'))
setInterval(() => {}, 1000)
console.log('is here')`

/** Has a child in its group and one that left it; both ignore every polite signal. */
export const parent = `
import { spawn } from 'node:child_process'
const deaf = "process.on('SIGTERM', () => {}); process.on('SIGHUP', () => {}); setInterval(() => {}, 1000); console.log('up')"
for (const detached of [false, true]) {
  const child = spawn(process.execPath, ['-e', deaf], { detached, stdio: ['ignore', 'pipe', 'inherit'] })
  child.stdout.once('data', () => console.log(detached ? 'the far child is up' : 'the near child is up'))
}
process.once('SIGTERM', () => { console.log('says farewell'); process.exit(0) })`
