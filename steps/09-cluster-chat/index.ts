// One chat in one process. Three of four CPU cores have nothing to do.

import { startWorker } from './worker.ts'

// TODO(1) This program will run in five processes. The primary calls startPrimary(), each cluster
// worker startWorker(). Import each only where it is needed: the primary serves no requests.
await startWorker()
