// One chat, one process: three of four processors have nothing to do.

import { startWorker } from './worker.ts'

// TODO(1) This file will run in five processes. The primary calls startPrimary(), each cluster worker
// startWorker(). Import what you need only where you need it: the primary serves nobody.
await startWorker()
