import type { KnownMistake } from '../../../workshop/check/suite.ts'
import { about } from '../../shared/redis-connection/evidence-queries.ts'
import { aClient } from './custom-client.ts'

// Redis goes and comes back: who says so.

/** What can go wrong with the two lines that tell it. */
export const telling: KnownMistake[] = [
  {
    id: 's2-reconnected-too-early',
    likely:
      '"reconnected" is printed at the first connection already. Only what was lost can come back.',
    lookAt: 'what the program remembers of the time before "ready"',
    matches: about((_, { received }) => received.endsWith('had never been lost')),
    programs: {
      'at every ready': aClient({
        listen: `
          client.on('error', () => console.log('connection lost'))
          client.on('ready', () => console.log('reconnected'))`,
      }),
    },
  },
  {
    id: 's2-says-it-once',
    likely:
      'the first loss was reported, the second one not: the program does not notice that it is connected again.',
    lookAt: 'what is remembered after "connection lost", and what sets it back',
    matches: about((_, { expected }) => expected.endsWith('comes back the second time')),
    programs: {
      'lost once': aClient({
        listen: `
          let lost = false
          client.on('error', () => {
            if (!lost) console.log('connection lost')
            lost = true
          })
          client.on('ready', () => lost && console.log('reconnected'))`,
      }),
    },
  },
  {
    id: 's2-loss-not-said',
    likely:
      'the connection was lost and came back, and the program did not say "connection lost".',
    lookAt: 'which event of the client tells that a connection broke, and what is printed then',
    matches: about((_, { expected }) => expected.includes('print "connection lost"')),
    programs: {
      'waits for "end"': aClient({
        listen: `
          client.on('error', () => {})
          client.on('end', () => console.log('connection lost'))`,
      }),
    },
  },
  {
    id: 's2-return-not-said',
    likely: 'the connection came back, and the program did not say "reconnected".',
    lookAt: 'which event of the client comes each time it is usable, and what is printed then',
    matches: about((_, { expected }) => expected.includes('print "reconnected"')),
    programs: {
      'says nothing': aClient({
        listen: "client.on('error', () => console.log('connection lost'))",
      }),
    },
  },
]
