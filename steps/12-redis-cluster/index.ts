// The chat on any number of instances, for users who log in, with messages that outlast a device
// that is offline.
// Left out: the cluster of step 9, so that an instance is one process again. primary.ts would start
// this program as it is.

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
