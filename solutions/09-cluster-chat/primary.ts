// The primary: it starts four cluster workers on one port, replaces those that crash, and stops
// them before it ends itself.

import cluster, { type Worker } from 'node:cluster'
import { instance } from './instance.ts'
import { killPortOwner } from './kill-port-owner.ts'
import { restartDelay } from './restart-delay.ts'

const WORKERS = 4
const SHUTDOWN_MS = 1500

const workers = new Set<Worker>()
let stopping = false

/** Forks the workers, and shuts down on SIGTERM and on Ctrl+C (SIGINT). */
export async function startPrimary(): Promise<void> {
  process.on('SIGTERM', shutDown)
  process.on('SIGINT', shutDown)
  await killPortOwner(Number(process.env.PORT || 3000))
  for (let number = 1; number <= WORKERS; number++) fork(`${instance}.${number}`)
}

function fork(name: string): void {
  if (stopping) return
  const worker = cluster.fork({ DYNO: name })
  workers.add(worker)
  let servingSince = Infinity
  worker.once('listening', () => (servingSince = performance.now()))
  worker.once('exit', (code, signal) => {
    workers.delete(worker)
    if (stopping) return exitWhenAlone()
    console.error(`${name} ended by ${signal ?? `exit code ${code}`}`)
    setTimeout(() => fork(name), restartDelay(name, performance.now() - servingSince))
  })
}

function shutDown(): void {
  if (stopping) return
  stopping = true
  for (const worker of workers) worker.process.kill('SIGTERM')
  setTimeout(() => {
    for (const worker of workers) worker.process.kill('SIGKILL')
  }, SHUTDOWN_MS)
  exitWhenAlone()
}

function exitWhenAlone(): void {
  if (workers.size === 0) process.exit(0)
}
