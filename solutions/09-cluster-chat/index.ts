// One chat, four processes, one port. This file runs in five of them: first in the primary, which
// forks the others and serves nobody, then in each cluster worker, which is the chat of step 8.
// Left out: four as a config var. As many as there are processors is usual.

import cluster from 'node:cluster'

if (cluster.isPrimary) {
  const { startPrimary } = await import('./primary.ts')
  await startPrimary()
} else {
  // Imported only here: the primary needs neither Express nor Socket.IO nor Redis.
  const { startWorker } = await import('./worker.ts')
  await startWorker()
}
