// A PaaS stops an instance with SIGTERM and kills it some seconds later: time for a farewell.
// Left out: SIGINT, so that Ctrl+C still ends the program on the spot.

const LIMIT_MS = 1000

/** Runs `farewell` once when SIGTERM comes, then ends with exit code 0, after 1 s at the latest. */
export function onSigterm(farewell: () => Promise<void>): void {
  let leaving = false
  // on, not once: without a listener a second SIGTERM would end us in the middle of the farewell.
  process.on('SIGTERM', () => {
    if (leaving) return
    leaving = true
    // Without a Redis that answers, publish() and close() wait: exit() ends the wait.
    setTimeout(() => process.exit(0), LIMIT_MS)
    farewell()
      .catch((error) => console.error(error))
      .finally(() => process.exit(0))
  })
}
