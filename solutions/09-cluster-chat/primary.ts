// The primary looks after four cluster workers: it frees the port they will share, replaces those
// that crash, and when it is asked to end it ends them first, each with time for a farewell.

import cluster, { type Worker } from 'node:cluster'
import { killPortOwner } from './kill-port-owner.ts'
import { instance } from './instance.ts'

const WORKERS = 4
const TRIES = 4
const STABLE_MS = 1000
const LIMIT_MS = 1500

const living = new Set<Worker>()
let exitCode: number | undefined // set when we are about to end

/** Forks the workers and stays as long as it is not asked to end. */
export async function startPrimary(): Promise<void> {
  process.on('SIGTERM', () => end(0))
  process.on('SIGINT', () => end(0)) // Ctrl+C
  await killPortOwner(Number(process.env.PORT || 3000))
  for (let number = 1; number <= WORKERS; number++) fork(`${instance}.${number}`)
}

/** Starts a cluster worker, another one when it crashes, and so on. */
function fork(name: string, tries = 1): void {
  if (exitCode !== undefined) return
  const worker = cluster.fork({ DYNO: name })
  let servesSince = Infinity
  worker.once('listening', () => (servesSince = performance.now()))
  worker.once('exit', (code, signal) => {
    living.delete(worker)
    if (exitCode !== undefined) return exitWhenAlone()
    console.error(`${name} ended by ${signal ?? `exit code ${code}`}`)
    const stable = performance.now() - servesSince > STABLE_MS
    if (stable) fork(name)
    else tryAgain(name, tries)
  })
  living.add(worker)
}

// What dies at its start would die again, as fast as we can fork. So the pauses grow, and then it
// is time to give up: the PaaS starts an instance that has ended again, at its own pace.
function tryAgain(name: string, tries: number): void {
  if (tries < TRIES) return void setTimeout(() => fork(name, tries + 1), 250 * 2 ** tries)
  console.error(`${name} has crashed ${TRIES} times right after its start: giving up`)
  end(1)
}

/** Ends all workers, then this process; those that take too long are not waited for. */
function end(code: number): void {
  if (exitCode !== undefined) return
  exitCode = code
  for (const worker of living) worker.process.kill('SIGTERM')
  setTimeout(() => {
    for (const worker of living) worker.process.kill('SIGKILL')
  }, LIMIT_MS)
  exitWhenAlone()
}

function exitWhenAlone(): void {
  if (living.size === 0) process.exit(exitCode)
}
