import {
  type KnownMistake,
  type AppEvidence,
  replaceIn,
} from '../../../workshop/check/suite.ts'
import { about, said, trace, uncaught } from '../../shared/redis-connection/evidence-queries.ts'
import { aClient } from './custom-client.ts'

// Redis goes and comes back: who lives through it.

const unheard = /Unhandled 'error' event|Emitted 'error' event/

/** What can go wrong when the connection is lost. */
export const staying: KnownMistake[] = [
  {
    id: 's2-duplicate-without-error-listener',
    likely:
      'there are two clients, and one of them has no error listener. A duplicate() takes over the options, not the listeners.',
    lookAt: 'every client that is made, and who listens to its "error"',
    matches: about((program) => said(program, unheard) && mostOpen(program) > 1),
    programs: {
      'a second client': replaceIn(
        'index.ts',
        'await client.ping()',
        'await client.ping()\n  await client.duplicate().connect()',
      ),
    },
  },
  {
    id: 's2-listener-once',
    likely:
      'the first "error" was heard, the next one no more: a listener made with once() is gone after its first event.',
    lookAt: 'how the program listens to "error"',
    matches: about(
      (program) => said(program, unheard) && program.connectAttempts.length > mostOpen(program),
    ),
    programs: {
      'once()': aClient({
        listen: `
          client.once('error', () => console.log('connection lost'))
          let connects = 0
          client.on('ready', () => (connects++ ? console.log('reconnected') : undefined))`,
      }),
    },
  },
  {
    id: 's2-no-error-listener',
    likely:
      'nobody listens to "error" of the client. When that event has no listener, Node ends the program.',
    lookAt: 'the events of the client that the program listens to',
    matches: about((program) => said(program, unheard)),
    programs: {
      'only to "end"': aClient({
        listen: "client.on('end', () => console.log('connection lost'))",
      }),
    },
  },
  {
    id: 's2-error-handler-throws',
    likely:
      'the error listener itself throws. That is as deadly as having none: nobody catches what a listener throws.',
    lookAt: 'what the error listener does with the error',
    matches: about(
      (program) => uncaught(program) && wasCut(program) && said(program, /\bthrow\b/),
    ),
    programs: {
      rethrows: aClient({ listen: "client.on('error', (error) => { throw error })" }),
    },
  },
  {
    id: 's2-exit-on-error',
    likely:
      'it ended itself when the connection was lost. One restart of Redis would then end all instances at once.',
    lookAt: 'what the error listener does, and who ends the program',
    matches: about(
      (program) => wasCut(program) && (program.exit?.code ?? 0) !== 0 && !trace(program),
    ),
    programs: {
      'process.exit in the listener': aClient({
        listen: `
          client.on('error', (error) => {
            console.log('connection lost')
            console.error(error.message)
            process.exit(1)
          })`,
      }),
    },
  },
  {
    id: 's2-reconnect-disabled',
    likely:
      'when the connection was lost, nobody called Redis again. The package does that by itself, unless it is told not to.',
    lookAt: 'reconnectStrategy, and what the error listener does to the client',
    matches: about(
      (program) => wasCut(program) && program.connectAttempts.length <= mostOpen(program),
    ),
    programs: {
      'a strategy that says no': replaceIn(
        'client.ts',
        'createClient({ url })',
        'createClient({ url, socket: { reconnectStrategy: false } })',
      ),
      'and something that keeps it alive': aClient({
        create: `
          setInterval(() => {}, 1000)
          const client = createClient({ url: url.href, socket: { reconnectStrategy: () => new Error('no') } })`,
      }),
    },
  },
]

// The check has cut a connection of it.
function wasCut({ wire }: AppEvidence): boolean {
  return wire.some((event) => event.kind === 'close' && event.by === 'proxy')
}

// How many connections were open at the same time.
function mostOpen({ wire }: AppEvidence): number {
  let [open, most] = [0, 0]
  for (const { kind } of wire) {
    if (kind === 'open') open += 1
    if (kind === 'close') open -= 1
    most = Math.max(most, open)
  }
  return most
}
