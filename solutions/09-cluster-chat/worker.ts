// A cluster worker: the chat of step 8, which announces its start and its shutdown.

import { announce } from './announce.ts'
import { newChat } from './chat.ts'
import { exitWithError } from './fail.ts'
import { onSigterm } from './shutdown.ts'

/** Starts the chat of this process. */
export async function startWorker(): Promise<void> {
  // Ctrl+C sends SIGINT to all five processes. Ignore it here: the primary then sends SIGTERM.
  process.on('SIGINT', () => {})
  try {
    const chat = newChat()
    const started = start()

    onSigterm(async () => {
      await started // "started" must be published before "stopped"
      announce(chat.bus, 'stopped')
      await chat.stop()
    })
    await started

    async function start(): Promise<void> {
      await chat.start()
      announce(chat.bus, 'started')
    }
  } catch (error) {
    exitWithError(error)
  }
}
