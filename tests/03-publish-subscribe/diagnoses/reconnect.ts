import type { KnownMistake, AppEvidence } from '../../../workshop/check/suite.ts'
import { clients, program } from './edits.ts'
import { moans, of, wasCut } from './evidence-queries.ts'

/** What a broken connection brings to light. */
export const survival: KnownMistake[] = [
  {
    id: 's2-duplicate-without-error-listener',
    likely:
      "one connection survives a break, the other ends the program. duplicate() copies options, but no listeners: each client needs its own for 'error'.",
    lookAt: "the client made by `duplicate()`, or without `on('error')`",
    matches: of((me, { programs }) => diesUnheard(me) && programs.some(survivesACut)),
    programs: {
      'the listener is a duplicate': clients(`const client = newClient()
const client2 = client.duplicate()`),
      'the publisher is a duplicate': clients(`const client2 = newClient()
const client = client2.duplicate()`),
    },
  },
  {
    id: 's3-no-error-listener',
    likely:
      "nobody listens to 'error'. Then Node ends the program at the first broken connection.",
    lookAt: "`on('error', …)`: on every client, before `connect()`",
    matches: of(diesUnheard),
    programs: {
      'on neither client': clients(`const client = createClient({ url })
const client2 = client.duplicate()`),
    },
  },
  {
    id: 's3-error-handler-throws',
    likely:
      "the listener for 'error' throws, and nobody can catch that: the program ends as if there were none.",
    lookAt: "what the listener for 'error' does; saying it is enough",
    matches: of((me) => dies(me) && moans(me, /^Node\.js v/)),
    programs: {
      rethrows: clients(`const make = () => createClient({ url }).on('error', (error) => {
  throw error
})
const [client, client2] = [make(), make()]`),
    },
  },
  {
    id: 's3-exit-on-error',
    likely:
      'the program ends itself when a connection breaks. The client would have dialled again, a moment later.',
    lookAt: "`process.exit()` or `close()` in the listeners for 'error' and 'end'",
    matches: of(dies),
    programs: {
      'process.exit()':
        clients(`const make = () => createClient({ url }).on('error', (error) => {
  console.error(error.message)
  process.exit(1)
})
const [client, client2] = [make(), make()]`),
    },
  },
  {
    id: 's3-reconnect-disabled',
    likely:
      'the connection that broke is not opened again: something tells the client to give up.',
    lookAt:
      "`reconnectStrategy`, if there is one, and what the listeners for 'error' and 'end' do",
    matches: of((me) => isBroken(me)),
    programs: {
      'reconnectStrategy: false': clients(`const make = () =>
  createClient({ url, socket: { reconnectStrategy: false } }).on('error', console.error)
const [client, client2] = [make(), make()]
setInterval(() => {}, 1_000)`),
    },
  },
  {
    id: 's3-reconnects-without-subscribing',
    likely:
      'the connection comes back, but it no longer listens. A client subscribes again by itself; a new one that takes its place knows nothing.',
    lookAt: 'what happens after a break: is it the same client that comes back?',
    matches: of(
      (me, { expected }) => wasCut(me) && expected.endsWith('again') && !isBroken(me),
    ),
    programs: {
      'a new client instead': program(`const client = newClient()
await client.connect()
const make = () => {
  const made = createClient({ url, socket: { reconnectStrategy: false } })
  made.on('error', () => void make().connect())
  return made
}
const client2 = make()
await client2.connect()
await client2.subscribe(CHANNEL, print)
await announce(client, 'started')`),
    },
  },
]

function dies(me: AppEvidence): boolean {
  return wasCut(me) && me.exit !== undefined
}

function diesUnheard(me: AppEvidence): boolean {
  return dies(me) && moans(me, /Unhandled 'error' event/)
}

// A connection of it was cut and came back.
function survivesACut({ wire }: AppEvidence): boolean {
  const cut = wire.find((event) => event.kind === 'close' && event.by === 'proxy')
  return cut !== undefined && wire.some(({ kind, seq }) => kind === 'open' && seq > cut.seq)
}

function isBroken({ wire }: AppEvidence): boolean {
  const cut = wire.find((event) => event.kind === 'close' && event.by === 'proxy')
  return cut !== undefined && !wire.some(({ kind, seq }) => kind === 'open' && seq > cut.seq)
}
