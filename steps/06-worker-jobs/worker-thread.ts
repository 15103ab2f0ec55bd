// The heavy part of a job in a thread of its own, so that the process can go on listening.
// Left out: a pool. Each job starts a thread of its own, which costs some 0.1 s.

import { parentPort, Worker, workerData } from 'node:worker_threads'
import { countPrimes, type Primes } from './primes.ts'

const MAX_THREADS = 4
const waiting: (() => void)[] = []
let active = 0

type ThreadMessage = { done: number } | { result: Primes }

/** Does the task when one of four seats is free: a hundred threads at once help nobody. */
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

/** Counts primes in a new thread; rejects when the thread dies before it has a result. */
export function countInThread(upTo: number, tell: (done: number) => void): Promise<Primes> {
  return new Promise((resolve, reject) => {
    // This program once more. Its first lines ask isMainThread and end up in runInThread().
    const thread = new Worker(process.argv[1] ?? '', { workerData: upTo })
    thread.on('message', (news: ThreadMessage) => {
      if ('done' in news) tell(news.done)
      else resolve(news.result)
    })
    thread.on('error', reject)
    thread.on('exit', () => reject(new Error('the thread ended without a result')))
  })
}

/** The thread's side. */
export function runInThread(): void {
  post({ result: countPrimes(Number(workerData), (done) => post({ done })) })
}

function post(news: ThreadMessage): void {
  parentPort?.postMessage(news)
}
