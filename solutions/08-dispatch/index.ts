// The chat on any number of instances. Each has only its own devices in memory; events for a user
// are dispatched through Redis to all instances.
// Left out: messages that were sent while a device was offline.

import { newChat } from './chat.ts'
import { exitWithError } from './fail.ts'
import { onSigterm } from './shutdown.ts'

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
