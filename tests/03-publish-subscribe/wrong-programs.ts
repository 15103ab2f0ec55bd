import {
  type WrongPrograms,
  combine,
  replaceIn,
  writeFile,
} from '../../workshop/check/suite.ts'
import { inIndex, program } from './edits.ts'
import { connectionsAndMessages } from './wrong-programs/connections-and-messages.ts'
import { orderAndHandlers } from './wrong-programs/order-and-handlers.ts'
import { reconnectAndOutput } from './wrong-programs/reconnect-and-output.ts'

/** The diagnosis of the untouched starter. */
export const starter = 's3-never-subscribes'

/** Wrong programs, edits of the solution, by the diagnosis that they prove. */
export const wrongPrograms: WrongPrograms = {
  ...connectionsAndMessages,
  ...orderAndHandlers,
  ...reconnectAndOutput,
  's1-env-never-read': {
    'the address is hard-coded': replaceIn(
      'client.ts',
      'redisAddress()',
      "{ url: 'redis://127.0.0.1:1', host: 'redis', port: 1 }",
    ),
  },
  'does-not-compile': {
    'a bracket too few': inIndex('announce(client, ', 'announce((client, '),
  },
  'floods-its-output': {
    'a loop without an end': inIndex('try {', "for (;;) console.log('waiting')\ntry {"),
  },
  throws: {
    'at start': inIndex('try {', 'undefinedFunction()\ntry {'),
    'a letter of an import is missing': replaceIn(
      'client.ts',
      "import { createClient } from 'redis'",
      "import { creatClient as createClient } from 'redis'",
    ),
    'a variable is set before its line': program(`await start()
let client2
async function start() {
  client2 = newClient()
  await client2.connect()
  await client2.subscribe(CHANNEL, print)
  const client = newClient()
  await client.connect()
  await announce(client, 'started')
}`),
  },
  'code-error': {
    'two arguments swapped': inIndex(
      "announce(client, 'started')",
      "announce('started', client)",
    ),
    'the listener before the channel': combine(
      inIndex('client2.subscribe(CHANNEL, (message) => {', 'client2.subscribe((message) => {'),
      inIndex('`)\n  })', '`)\n  }, CHANNEL)'),
    ),
    'a handler uses a const before its line': program(`const client = newClient()
const client2 = newClient()
await client.connect()
await client2.connect()
await client2.subscribe(CHANNEL, (message) => {
  try {
    prints(message)
  } catch (error) {
    console.error(error)
  }
})
await announce(client, 'started')
await new Promise(() => {})
const prints = print`),
    'a line that begins with a bracket': inIndex(
      'await client2.connect()',
      'await client2.connect()\n  (async () => {})()',
    ),
  },
  'almost-the-same': {
    'the words in another order': inIndex('`${instance} ${event}`', '`${event} ${instance}`'),
  },
  'template-in-quotes': {
    'single quotes': inIndex('`${instance} ${event}`', "'${instance} ${event}'"),
  },
  'does-nothing': { 'an empty file': writeFile('index.ts', '') },
  'sends-nothing': {
    'waits forever': inIndex('try {', 'await new Promise((_) => setInterval(_, 1e9))\ntry {'),
  },
}
