// The primary: it should start, replace and stop four cluster workers.

/** Forks the workers, and shuts down on SIGTERM and on Ctrl+C (SIGINT). */
export async function startPrimary(): Promise<void> {
  // Part 1
  // TODO(2) Free PORT with killPortOwner(), and wait for it. Then fork four cluster workers, each
  // with a name of its own in DYNO: that of this instance and a number, web.1.1 to web.1.4 on web.1.
  // TODO(3) On SIGTERM and SIGINT send SIGTERM to every worker, wait until all have ended, kill
  // those that are left after 1.5 seconds, and exit with code 0, after the last of them. A timer
  // of TODO(5) that still runs would keep the process, so call process.exit().
  // Part 2
  // TODO(5) When a worker ends and you are not shutting down, log its name with the signal or exit
  // code, and fork another one of that name (restartDelay() counts by name) after the pause that
  // restartDelay() returns, unless a shutdown has begun meanwhile. A worker serves from its
  // 'listening' on, and not from its fork on.
}
