// While developing it happens that a process from before still sits on the port. kill-port ends
// it: with signal 9, so without a farewell, and only if the program lsof is installed.

import killPort from 'kill-port'

/** Ends whoever listens on this port. That somebody does is the exception. */
export async function killPortOwner(port: number): Promise<void> {
  try {
    await killPort(port)
  } catch {
    // Nobody was there. kill-port calls that an error, but for us it is the best case.
  }
}
