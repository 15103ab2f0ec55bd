import { type KnownMistake, replaceIn, writeFile } from '../../../workshop/check/suite.ts'
import { about, opens, stillConnected } from '../../shared/redis-connection/evidence-queries.ts'
import { aClient } from './custom-client.ts'

// Redis is not there when the program starts, and comes later.

/** What can go wrong when Redis is late. */
export const starting: KnownMistake[] = [
  {
    id: 's2-connected-logged-too-early',
    likely:
      'it says that it is connected before it is. A log must only claim what has happened.',
    lookAt: 'which event, or which await, brings the line about',
    matches: about((_, { received }) => received.endsWith('while Redis refused')),
    programs: {
      'does not wait for connect()': aClient({
        start: `
          client.connect()
          console.log(\`connected to \${host}:\${port}\`)
          await client.ping()`,
      }),
      'takes reconnecting for reconnected': aClient({
        listen: `
          client.on('reconnecting', () => console.log('reconnected'))
          client.on('error', () => console.log('connection lost'))`,
      }),
    },
  },
  {
    id: 's2-refusal-not-said',
    likely:
      'Redis refuses, and the program tries again without a word. Whoever looks at it cannot tell whether it works.',
    lookAt: 'what the error listener does while Redis has not been there yet',
    matches: about((_, { expected }) => expected.includes('in a line that Redis refuses')),
    programs: {
      'an empty listener': aClient({
        listen: `
          let state = 'new'
          client.on('error', () => {
            if (state === 'ready') console.log('connection lost')
            if (state === 'ready') state = 'lost'
          })
          client.on('ready', () => {
            if (state === 'lost') console.log('reconnected')
            state = 'ready'
          })`,
      }),
    },
  },
  {
    id: 's2-gives-up-at-the-start',
    likely:
      'Redis refused once, and connect() gave up. It tries again when somebody listens to "error" by then, and reconnectStrategy allows it.',
    lookAt: 'what is set up before connect() is called',
    matches: about(
      (program, { expected }) =>
        expected.includes('try again when Redis refuses') &&
        program.connectAttempts.length === 1,
    ),
    programs: {
      'listens too late': writeFile(
        'index.ts',
        `import { createClient } from 'redis'
         const url = new URL(process.env.REDIS_URL ?? process.env.REDISCLOUD_URL ?? '')
         const client = createClient({ url: url.href })
         await client.connect()
         let lost = false
         client.on('error', () => {
           if (!lost) console.log('connection lost')
           lost = true
         })
         client.on('ready', () => {
           if (lost) console.log('reconnected')
           lost = false
         })
         await client.ping()
         console.log(\`connected to \${url.hostname}:\${url.port}\`)`,
      ),
    },
  },
  {
    id: 's2-gives-up-soon',
    likely: 'it tried to connect a few times, and then no more. Redis came back later.',
    lookAt: 'who counts the attempts, and what happens after the last one',
    matches: about(
      (program, { expected }) =>
        !expected.includes('connection lost') &&
        program.connectAttempts.length > 1 &&
        program.connectAttempts.length > opens(program) &&
        !stillConnected(program),
    ),
    programs: {
      'two attempts': replaceIn(
        'client.ts',
        'createClient({ url })',
        "createClient({ url, socket: { reconnectStrategy: (n) => (n > 0 ? new Error('no Redis') : 50) } })",
      ),
    },
  },
]
