// Runs the heavy part of a job in a thread, so that the process still receives messages.
// Left out: a pool. Each job starts a new thread, which costs about 0.1 s.

import { parentPort, Worker, workerData } from 'node:worker_threads'
import { countPrimes, type Primes } from './primes.ts'

const MAX_THREADS = 4
const waiting: (() => void)[] = []
let active = 0

type ThreadMessage = { done: number } | { result: Primes }

/** Runs at most four tasks at a time: more threads than cores do not make it faster. */
export async function withLimit(task: () => Promise<void>): Promise<void> {
  if (active === MAX_THREADS) await new Promise<void>((resolve) => waiting.push(resolve))
  else active++
  try {
    await task()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else active--
  }
}

/** Counts primes in a new thread. Rejects if the thread ends without a result. */
export function countInThread(upTo: number, report: (done: number) => void): Promise<Primes> {
  return new Promise((resolve, reject) => {
    // The same program again: its first lines check isMainThread and call runInThread().
    const thread = new Worker(process.argv[1] ?? '', { workerData: upTo })
    thread.on('message', (message: ThreadMessage) => {
      if ('done' in message) report(message.done)
      else resolve(message.result)
    })
    thread.on('error', reject)
    thread.on('exit', () => reject(new Error('the thread ended without a result')))
  })
}

/** What the thread does: it counts, and posts its progress and its result. */
export function runInThread(): void {
  post({ result: countPrimes(Number(workerData), (done) => post({ done })) })
}

function post(message: ThreadMessage): void {
  parentPort?.postMessage(message)
}
