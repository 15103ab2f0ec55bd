// While developing it happens that a process from before still sits on the port. kill-port ends
// it: with signal 9, so without a farewell, and only if the program lsof is installed.

import killPort from 'kill-port'

/** Ends whoever listens on this port. That somebody does is the exception. */
export async function killPortOwner(port: number): Promise<void> {
  // TODO(4) On a free port killPort() rejects: "No process running on port". Nobody should mind.
  await killPort(port)
}
