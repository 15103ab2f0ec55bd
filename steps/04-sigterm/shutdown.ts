// A PaaS stops an instance with SIGTERM and kills it some seconds later. In between there is time
// to shut down gracefully.

/** Runs `shutdown` once on SIGTERM, then exits with code 0, after 1 s at the latest. */
export function onSigterm(shutdown: () => Promise<void>): void {
  // TODO(1) 'beforeExit' is not emitted when a signal ends the process. Listen to SIGTERM: run
  // shutdown() once, even if the signal arrives twice, then exit with code 0. The goal allows two
  // seconds, also while Redis is down and shutdown() waits: exit after one second in any case.
  process.on('beforeExit', () => void shutdown())
}
