// A connection that survives an outage of Redis: the package reconnects by itself, with growing
// pauses, provided that 'error' has a listener. Without one Node.js ends the process.
// Left out: giving up. Even a wrong password is retried forever, and reported once.

import { createClient } from 'redis'
import { describeError } from './fail.ts'
import { redisAddress } from './redis-url.ts'

export type Client = ReturnType<typeof newClient>

/** Creates a client that is not connected yet: call connect(). It logs when it is lost and back. */
export function newClient() {
  const { url, host, port } = redisAddress()
  const client = createClient({ url })
  let state: 'new' | 'ready' | 'lost' = 'new'
  let lastLine = ''

  client.on('ready', () => {
    if (state === 'lost') console.log('reconnected')
    state = 'ready'
    lastLine = ''
  })

  client.on('error', (error) => {
    if (client.isReady) return console.error(error) // not the connection: our handler threw
    if (state === 'ready') {
      state = 'lost'
      return console.log('connection lost')
    }
    const line = `Redis at ${host}:${port} ${describeError(error)}`
    if (line !== lastLine) console.error(`${line} (will retry)`) // once, not at every attempt
    lastLine = line
  })

  return client
}
