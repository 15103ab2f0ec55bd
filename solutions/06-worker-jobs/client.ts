// A connection that outlives Redis: the redis package dials again on its own, with growing
// pauses, but only if somebody listens to 'error'. Without a listener Node ends the program.
// Left out: giving up. A wrong password is tried again for ever, and says so.

import { createClient } from 'redis'
import { reason } from './fail.ts'
import { redisAddress } from './redis-url.ts'

export type Client = ReturnType<typeof newClient>

/** A connection that is not open yet: call connect(). It says when it is lost and when it is back. */
export function newClient() {
  const { url, host, port } = redisAddress()
  const client = createClient({ url })
  let state: 'new' | 'ready' | 'lost' = 'new'
  let said = ''

  client.on('ready', () => {
    if (state === 'lost') console.log('reconnected')
    state = 'ready'
    said = ''
  })

  client.on('error', (error) => {
    if (client.isReady) return console.error(error) // not the connection: a handler of ours threw
    if (state === 'ready') {
      state = 'lost'
      return console.log('connection lost')
    }
    const line = `Redis at ${host}:${port} ${reason(error)}`
    if (line !== said) console.error(`${line} (trying again)`) // once, not at every attempt
    said = line
  })

  return client
}
