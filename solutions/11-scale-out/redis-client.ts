// The two connections of the redis package, as in step 3: one for commands, one that subscribes.

import { createClient } from 'redis'
import { describeError } from './fail.ts'
import { redisAddress } from './redis-url.ts'

export type Client = ReturnType<typeof newClient>

/** Creates a client that is not connected yet. It reconnects by itself, with growing pauses. */
export function newClient() {
  const { url, host, port } = redisAddress()
  // While Redis is down a command fails at once instead of waiting: the sender of a message wants
  // to know, and tries again.
  const client = createClient({ url, disableOfflineQueue: true })
  let lastLine = ''
  client.on('ready', () => (lastLine = ''))
  client.on('error', (error) => {
    const line = `Redis at ${host}:${port} ${describeError(error)}`
    if (line !== lastLine) console.error(`${line} (will retry)`) // once, not at every attempt
    lastLine = line
  })
  return client
}
