import type { WrongPrograms } from '../../../workshop/check/suite.ts'
import { aClient } from '../edits.ts'

/** What a program does wrong that stays connected, and prints no line about it. */
export const logLines: WrongPrograms = {
  's2-loss-not-logged': {
    'waits for "end"': aClient({
      listen: `
          client.on('error', () => {})
          client.on('end', () => console.log('connection lost'))`,
    }),
    'events.once() in a loop': aClient({
      read: `
        import { once } from 'node:events'
        const url = new URL(process.env.REDIS_URL || process.env.REDISCLOUD_URL || process.env.REDISTOGO_URL)
        const { hostname: host, port } = url`,
      listen: `
          async function watch() {
            for (let round = 1; ; round++) {
              let line = ''
              while (!(await once(client, 'ready').catch(({ message }) => {
                if (message !== line) console.log('no connection:', message)
                line = message
              })));
              if (round > 1) console.log('reconnected')
              await once(client, 'error')
              console.log('connection lost')
            }
          }
          void watch()`,
    }),
  },
  's2-return-not-logged': {
    "an iterator of 'ready'": aClient({
      read: `
        import { on } from 'node:events'
        const url = new URL(process.env.REDIS_URL || process.env.REDISCLOUD_URL || process.env.REDISTOGO_URL)
        const { hostname: host, port } = url`,
      listen: `
          let state = ''
          client.on('error', (error) => {
            if (state !== 'lost') console.log(state ? 'connection lost' : error.message)
            state &&= 'lost'
          })
          async function watch() {
            for await (const _ of on(client, 'ready')) {
              if (state === 'lost') console.log('reconnected')
              state = 'ready'
            }
          }
          watch().catch(() => {})`,
    }),
    'prints nothing': aClient({
      listen: "client.on('error', () => console.log('connection lost'))",
    }),
  },
}
