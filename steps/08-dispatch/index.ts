// The same chat on as many instances as you like. Each remembers its own devices and no others;
// what concerns a user is dispatched through Redis, to all instances.
// Left out: what was said while a device was not connected.

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
