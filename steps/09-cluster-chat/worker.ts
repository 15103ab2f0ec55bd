// A cluster worker: the chat of step 8.

import { newChat } from './chat.ts'
import { exitWithError } from './fail.ts'
import { onSigterm } from './shutdown.ts'

/** Starts the chat of this process. */
export async function startWorker(): Promise<void> {
  // TODO(5) Ctrl+C reaches every process of the terminal, this one, too, and ends it on the spot. Leave
  // it to the primary. And let the others know: announce() when we serve, and before we stop.
  try {
    const chat = newChat()
    const started = chat.start()

    onSigterm(async () => {
      await started
      await chat.stop()
    })
    await started
  } catch (error) {
    exitWithError(error)
  }
}
