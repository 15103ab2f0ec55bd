// A PaaS stops an instance with SIGTERM and kills it some seconds later: time for a farewell.

/** Runs `farewell` once when SIGTERM comes, then ends with exit code 0, after 1 s at the latest. */
export function onSigterm(farewell: () => Promise<void>): void {
  // TODO(1) This sounds right, but nobody asks 'beforeExit' when a signal ends a process.
  // Listen to SIGTERM: run the farewell once, even if the signal comes twice, then exit with
  // code 0. And do not wait for ever: Redis may be gone.
  process.on('beforeExit', () => void farewell())
}
