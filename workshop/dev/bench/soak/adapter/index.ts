// Step 9's chat as Socket.IO's own adapter has it, to measure the two side by side: four cluster
// workers on one port, and the same events. It runs until the measurement ends; what makes a
// program last longer is left out.
import cluster from 'node:cluster'

const workers = 4

if (cluster.isPrimary) startPrimary()
else await (await import('./worker.ts')).startWorker()

function startPrimary(): void {
  const { DYNO = 'web.1' } = process.env
  for (let number = 1; number <= workers; number++) {
    const fork = () => {
      cluster.fork({ DYNO: `${DYNO}.${number}` }).once('exit', fork)
    }
    fork()
  }
  process.on('SIGTERM', () => {
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGKILL')
    process.exit()
  })
}
