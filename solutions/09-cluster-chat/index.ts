// One chat, four processes, one port. This program runs five times: in the primary, which forks the
// others and serves no requests, and in each cluster worker, which is the chat of step 8.
// Left out: a config var for the number of workers. One per CPU core is usual.

import cluster from 'node:cluster'

if (cluster.isPrimary) {
  const { startPrimary } = await import('./primary.ts')
  await startPrimary()
} else {
  // Imported only here: the primary needs neither Express nor Socket.IO nor Redis.
  const { startWorker } = await import('./worker.ts')
  await startWorker()
}
