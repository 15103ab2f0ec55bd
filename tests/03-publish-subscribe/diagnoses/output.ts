import type { KnownMistake, AppEvidence } from '../../../workshop/check/suite.ts'
import { handler, inIndex, program } from './edits.ts'
import { heard, misses, moans, of, prints, says, strangers, told } from './evidence-queries.ts'

/** A message was delivered, but what should be printed is not. */
export const printing: KnownMistake[] = [
  {
    id: 's3-prints-raw-message',
    likely:
      'it prints the message as it came. That is JSON, made for programs; people read "web.1 started".',
    lookAt: 'what the handler does between receiving and printing',
    matches: of((me) => says(me, /\{\s*"?instance"?\s*:/) && misses(me)),
    programs: {
      'without JSON.parse()': handler('  console.log(message)'),
      'the whole object': handler('  console.log(JSON.parse(message))'),
    },
  },
  {
    id: 's3-prints-undefined',
    likely:
      'it prints undefined: the message is still text, or the field has another name. Text has no field called instance.',
    lookAt: 'the names of the fields in the handler, and `JSON.parse()`',
    matches: of((me) => says(me, /\bundefined\b|\[object Object\]/) && misses(me)),
    programs: {
      'fields of a text': handler('  console.log(`${message.instance} ${message.event}`)'),
      'other names': handler('  console.log(`${JSON.parse(message).name} started`)'),
    },
  },
  {
    id: 's3-handler-throws',
    likely: 'the handler throws when a message comes, before it has printed anything.',
    lookAt: 'the error below, and the line of the handler it names',
    matches: of((me) => moans(me, /^(Uncaught )?(\w*Error)\b.*: /) && misses(me)),
    programs: {
      'a typo in the handler': handler('  console.log(`${mesage.instance} started`)'),
      'an error of its own': inIndex(
        'console.log(`${instance} ${event}`)',
        'throw new Error(`cannot print ${instance}`)',
      ),
    },
  },
  {
    id: 's3-prints-only-own',
    likely:
      'it prints its own message, and leaves out those of others: they are what it is for.',
    lookAt: 'the condition in the handler',
    matches: of((me) => misses(me) && told(me, me.name) > 1),
    programs: {
      'only its own': handler(`  const { instance, event } = JSON.parse(message)
  if (instance === name) console.log(instance, event)`),
    },
  },
  {
    id: 's3-handles-only-first',
    likely: 'the handler does its work for the first message, and never again.',
    lookAt: 'what happens after the first message: a flag, a promise that is used up?',
    matches: of((me) => misses(me) && told(me, me.name) === 1),
    programs: {
      'a promise of one message': program(`const client = newClient()
const client2 = newClient()
await client.connect()
await client2.connect()
const message = new Promise((resolve) => client2.subscribe(CHANNEL, resolve))
await client2.ping()
await announce(client, 'started')
print(await message)`),
    },
  },
  {
    id: 's3-prints-other-words',
    likely:
      'it prints something about the message, but in other words. People, and other programs, look for lines that read alike.',
    lookAt: 'the line the handler prints; the goal has it word for word',
    matches: of((me) => misses(me) && mentions(me)),
    programs: {
      'another sentence': handler('  console.log(`hello ${JSON.parse(message).instance}!`)'),
    },
  },
  {
    id: 's3-prints-nothing',
    likely: 'the message arrives, but the handler prints nothing.',
    lookAt: 'the handler: is its print reached? Is it the function you gave to `subscribe()`?',
    matches: of((me) => heard(me) > 0 && told(me, me.name) === 0 && !prints(me)),
    programs: {
      'keeps it to itself': program(`const client = newClient()
const client2 = newClient()
const messages = []
await client.connect()
await client2.connect()
await client2.subscribe(CHANNEL, (message) => messages.push(message))
await announce(client, 'started')`),
    },
  },
]

function mentions(me: AppEvidence): boolean {
  return [me.name, ...strangers(me)].some((name) =>
    me.lines.some(({ stream, text }) => stream === 'stdout' && text.includes(name)),
  )
}
