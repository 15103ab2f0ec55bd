import { type KnownMistake, commands } from '../../../workshop/check/suite.ts'
import { clients, inIndex, program } from './edits.ts'
import {
  closed,
  moans,
  of,
  opened,
  publishedOn,
  says,
  subscriptions,
  wasCut,
} from './evidence-queries.ts'

/** Wrong ways to open, share and close the two connections. */
export const connections: KnownMistake[] = [
  {
    id: 's3-connect-twice',
    likely:
      'connect() is called on a client that is connected, or connecting, already. Once is enough: after a break it dials again by itself.',
    lookAt: 'every `connect()`: which client, and how often does this line run?',
    matches: of((me) => moans(me, /Socket already opened/)),
    programs: {
      'in the error handler': clients(`const make = () => {
  const made = createClient({ url })
  made.on('error', () => made.connect())
  return made
}
const [client, client2] = [make(), make()]`),
      'the same client twice': inIndex('await client2.connect()', 'await client.connect()'),
    },
  },
  {
    id: 's3-never-connect',
    likely: 'createClient() makes a client, but it opens nothing: connect() was never called.',
    lookAt: 'the lines between making the clients and using them',
    matches: of((me) => opened(me) === 0 && moans(me, /The client is closed/)),
    programs: {
      'neither client': program(`const client = newClient()
const client2 = newClient()
await client.publish(CHANNEL, JSON.stringify({ instance: name, event: 'started' }))
await client2.subscribe(CHANNEL, print)`),
    },
  },
  {
    id: 's3-ends-after-speaking',
    likely:
      'it ends as soon as it has said that it is there, and then nobody listens any more. An instance stays until somebody stops it.',
    lookAt: 'the last lines of the program: what do they close or end?',
    matches: of((me) => me.exit?.code === 0 && subscribes(me) && publishes(me) && !wasCut(me)),
    programs: {
      'closes both': inIndex(
        "await announce(client, 'started')",
        "await announce(client, 'started')\n  await client.close()\n  await client2.close()",
      ),
      'process.exit()': inIndex(
        "await announce(client, 'started')",
        "await announce(client, 'started')\n  process.exit(0)",
      ),
    },
  },
  {
    id: 's3-closed-too-early',
    likely:
      'the program closes a connection that it still needs. Whoever listens keeps the line open for as long as the program runs.',
    lookAt: '`close()`, `quit()`, `destroy()` and `unsubscribe()`: when do they run?',
    matches: of(closesOrUnsubscribes),
    programs: {
      'closes what it listens on': inIndex(
        "await announce(client, 'started')",
        "await announce(client, 'started')\n  await client2.close()",
      ),
      'closes what it spoke on': inIndex(
        "await announce(client, 'started')",
        "await announce(client, 'started')\n  await client.close()",
      ),
      'closes before it speaks': inIndex(
        "await announce(client, 'started')",
        "await client.close()\n  await announce(client, 'started')",
      ),
      'listens to one message': inIndex(
        'console.log(`${instance} ${event}`)',
        'console.log(`${instance} ${event}`)\n    void client2.unsubscribe(CHANNEL)',
      ),
    },
  },
  {
    id: 's3-publisher-not-connected',
    likely: 'one client listens, but the one that should publish was never connected.',
    lookAt: '`connect()`: does each of the two clients have its own?',
    matches: of((me) => subscribes(me) && moans(me, /The client is closed/)),
    programs: {
      'connects the listener only': inIndex('  await client.connect()\n', ''),
    },
  },
  {
    id: 's3-one-client-for-both',
    likely:
      'one client does both. With RESP3 that happens to work; on RESP2 Redis refuses to publish on a connection that listens.',
    lookAt: 'how many clients there are: listening needs one of its own',
    matches: of((me) => publishesWhereItListens(me) && opened(me) === 1),
    programs: {
      'the only client': program(`const client = newClient()
await client.connect()
await client.subscribe(CHANNEL, print)
await announce(client, 'started')`),
      'the only client, on RESP2': program(`const client = createClient({ url, RESP: 2 })
client.on('error', console.error)
await client.connect()
await client.subscribe(CHANNEL, print)
await announce(client, 'started')`),
    },
  },
  {
    id: 's3-publishes-on-listener',
    likely: 'there are two connections, but the message leaves on the one that listens.',
    lookAt: 'the client that you hand to `announce()`',
    matches: of(publishesWhereItListens),
    programs: {
      'the wrong one of two': inIndex('announce(client, ', 'announce(client2, '),
    },
  },
  {
    id: 's3-subscriber-not-connected',
    likely:
      'one connection is open, and nothing is said on it. A second client that was never connected keeps subscribe() waiting for ever: each client needs its own connect().',
    lookAt: 'the client that subscribes: where is it connected?',
    matches: of((me) => opened(me) === 1 && isSilent(me) && !me.exit),
    programs: {
      'duplicate() is not connected': program(`const client = newClient()
await client.connect()
const client2 = client.duplicate()
client2.on('error', console.error)
await client2.subscribe(CHANNEL, print)
await announce(client, 'started')`),
    },
  },
]

type Program = Parameters<typeof opened>[0]

function subscribes(me: Program): boolean {
  return subscriptions(me).length > 0
}

function publishesWhereItListens(me: Program): boolean {
  return commands(me, 'PUBLISH').some((publish) =>
    subscriptions(me).some(
      ({ connection, seq }) => connection === publish.connection && seq < publish.seq,
    ),
  )
}

function publishes(me: Program): boolean {
  return publishedOn(me).length > 0
}

function isSilent(me: Program): boolean {
  return publishedOn(me).length === 0 && !subscribes(me) && !says(me, /./)
}

function closesOrUnsubscribes(me: Program, { expected }: { expected: string }): boolean {
  if (commands(me).some(({ name }) => /^P?UNSUBSCRIBE$/.test(name))) return true
  const listeners = new Set(subscriptions(me).map(({ connection }) => connection))
  if (closed(me).some((connection) => listeners.has(connection))) return !me.exit
  const misses = moans(me, /The client is closed/) || /connections/.test(expected)
  return closed(me).length > 0 && misses
}
