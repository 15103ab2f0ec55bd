// A cluster worker: the chat of step 8.

import { newChat } from './chat.ts'
import { exitWithError } from './fail.ts'
import { onSigterm } from './shutdown.ts'

/** Starts the chat of this process. */
export async function startWorker(): Promise<void> {
  // TODO(4) Ctrl+C sends SIGINT to this process, too, and ends it at once. Ignore SIGINT: the
  // primary sends SIGTERM. And announce() `started` after the start, `stopped` before the shutdown.
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
