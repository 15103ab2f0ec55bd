// During development an old process sometimes still uses the port. kill-port ends it with SIGKILL,
// so without a graceful shutdown, and only if the program `lsof` is installed. Not for production.

import killPort from 'kill-port'

/** Ends the process that listens on this port, if there is one. */
export async function killPortOwner(port: number): Promise<void> {
  try {
    await killPort(port)
  } catch {
    // The port is free. kill-port rejects then, and for us it is the normal case.
  }
}
