// The primary looks after four cluster workers.

/** Forks the workers and stays as long as it is not asked to end. */
export async function startPrimary(): Promise<void> {
  // TODO(2) Free the port, then fork four cluster workers, each with a name of its own in DYNO:
  // web.1.1, web.1.2, … A worker that crashes is replaced. One that dies at its start would die
  // again: wait longer and longer, and give up at some point, with exit code 1.
  // TODO(3) On SIGTERM and on Ctrl+C (SIGINT): send SIGTERM to every worker, wait until they are
  // gone, but not for ever, and exit with code 0.
}
