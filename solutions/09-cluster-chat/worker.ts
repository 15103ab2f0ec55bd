// A cluster worker: the chat of step 8, and an announcement when it comes and when it goes.

import { announce } from './announce.ts'
import { newChat } from './chat.ts'
import { exitWithError } from './fail.ts'
import { onSigterm } from './shutdown.ts'

/** Starts the chat of this process. */
export async function startWorker(): Promise<void> {
  // Ctrl+C reaches every process of the terminal. The primary hears it, too, and tells us to end.
  process.on('SIGINT', () => {})
  try {
    const chat = newChat()
    const started = start()

    onSigterm(async () => {
      await started // "stopped" must not overtake "started"
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
