// A PaaS stops an instance with SIGTERM and kills it some seconds later. In between there is time
// to shut down gracefully.

/** Runs `shutdown` once on SIGTERM, then exits with code 0, after 1 s at the latest. */
export function onSigterm(shutdown: () => Promise<void>): void {
  // TODO(1) 'beforeExit' is not emitted when a signal ends the process. Listen to SIGTERM, which may
  // arrive twice. While Redis is down, shutdown() waits: exit after one second in any case.
  process.on('beforeExit', () => void shutdown())
}
