// The primary: it should start, replace and stop four cluster workers.

/** Forks the workers, and shuts down on SIGTERM and on Ctrl+C (SIGINT). */
export async function startPrimary(): Promise<void> {
  // Part 1
  // TODO(2) Free PORT: await killPortOwner(). Then fork four cluster workers, each with its own name
  // in DYNO: the instance's name and a number, such as web.1.1 to web.1.4.
  // TODO(3) On SIGTERM and SIGINT send SIGTERM to every worker. After 1.5 seconds kill those that
  // still run. When the last one has ended, call process.exit(0): a timer of TODO(5) would keep the
  // primary running.
  // Part 2
  // TODO(5) When a worker ends and you are not shutting down, log its name and its signal or exit
  // code. After the pause that restartDelay() returns, fork a worker of the same name, unless a
  // shutdown has begun meanwhile. `servedMs` counts from the worker's 'listening' event, not from
  // its fork.
}
