// A PaaS stops an instance with SIGTERM and kills it some seconds later. In between there is time
// to shut down gracefully. Left out: SIGINT, so that Ctrl+C still ends the program at once.

const LIMIT_MS = 1000

/** Runs `shutdown` once on SIGTERM, then exits with code 0, after 1 s at the latest. */
export function onSigterm(shutdown: () => Promise<void>): void {
  let shuttingDown = false
  // on, not once: without a listener a second SIGTERM would end the process during the shutdown.
  process.on('SIGTERM', () => {
    if (shuttingDown) return
    shuttingDown = true
    // While Redis is down, publish() and close() wait. exit() ends that wait.
    setTimeout(() => process.exit(0), LIMIT_MS)
    shutdown()
      .catch((error) => console.error(error))
      .finally(() => process.exit(0))
  })
}
