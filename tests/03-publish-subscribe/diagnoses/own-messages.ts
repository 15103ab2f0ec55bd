import type { KnownMistake } from '../../../workshop/check/suite.ts'
import { handler, inIndex, program } from './edits.ts'
import { heard, misses, of, prints, remembers, told } from './evidence-queries.ts'

/** What it makes of its own message, and of those it has heard before. */
export const echo: KnownMistake[] = [
  {
    id: 's3-prints-own-name',
    likely:
      'whoever starts, it prints its own name: the name comes from its environment, not from the message.',
    lookAt: 'what the handler prints: which name is that?',
    matches: of(
      (me) =>
        misses(me) &&
        told(me, me.name) > heard(me, me.name) &&
        told(me, me.name) >= heard(me) - 1,
    ),
    programs: {
      'DYNO in the handler': handler('  console.log(`${name} ${JSON.parse(message).event}`)'),
    },
  },
  {
    id: 's3-expects-no-echo',
    likely:
      'it leaves out its own message. It should print that one too: it shows that the way to Redis and back works.',
    lookAt: 'the condition in the handler',
    matches: of((me) => told(me, me.name) === 0 && prints(me)),
    programs: {
      'leaves out its own': handler(`  const { instance, event } = JSON.parse(message)
  if (instance !== name) console.log(instance, event)`),
    },
  },
  {
    id: 's3-prints-without-hearing',
    likely:
      'the line about itself comes from its own code, and the message that comes back is left out. Only what was heard proves that somebody can hear it.',
    lookAt: 'every place that prints; it should be one, the handler',
    matches: of((me) => told(me, me.name) < heard(me, me.name) && prints(me) && !remembers(me)),
    programs: {
      'says it itself': program(`const client = newClient()
const client2 = newClient()
await client.connect()
await client2.connect()
await client2.subscribe(CHANNEL, (message) => {
  if (JSON.parse(message).instance !== name) print(message)
})
await announce(client, 'started')
console.log(\`\${name} started\`)`),
    },
  },
  {
    id: 's3-remembers-names',
    likely:
      'it prints each name only once. But an instance that starts again, and every one does, says so again.',
    lookAt: 'what the handler remembers from one message to the next',
    matches: of((me) => remembers(me) && prints(me)),
    programs: {
      'a set of names': program(`const client = newClient()
const client2 = newClient()
const known = new Set()
await client.connect()
await client2.connect()
await client2.subscribe(CHANNEL, (message) => {
  if (known.has(message)) return
  known.add(message)
  print(message)
})
await announce(client, 'started')`),
    },
  },
  {
    id: 's3-echo-and-own-line',
    likely:
      'it prints that it has started, and then hears its own message and prints it again. Whoever listens hears itself too.',
    lookAt: 'every place that prints; it should be one, the handler',
    matches: of((me) => told(me, me.name) > heard(me, me.name)),
    programs: {
      'says it, and hears it': inIndex(
        "  await announce(client, 'started')",
        "  await announce(client, 'started')\n  console.log(`${process.env.DYNO} started`)",
      ),
    },
  },
]
