import {
  type AppEvidence,
  type Diagnosis,
  type TraceLine,
  closedConnections,
  commands,
  forApp,
  printedStack,
} from '../../../workshop/check/suite.ts'
import {
  connected,
  firstLine,
  gotPong,
  printed,
  protocolError,
  urlOf,
  variablesRead,
  variablesSet,
} from '../../shared/redis-connection/evidence-queries.ts'

/** The options do not reach the client. */
export const stringArgument: Diagnosis = {
  id: 's1-string-argument',
  likely:
    'You read the variable, and `createClient()` does not get the address in it: the client connects to its default, localhost:6379, and ignores options that it does not know.',
  lookAt: 'the argument of `createClient()`: an object with `url`, and the value of `url`',
  requires: forApp(usesDefault),
  sameCauseAs: ['s2-url-of-one-variable'],
}

/** The options hold one variable, whichever is set. */
export const otherVariable: Diagnosis = {
  id: 's2-url-of-one-variable',
  likely: ({ app }) =>
    `The address is in ${app && variablesSet(app)[0]}, and \`createClient()\` does not get it: the client connects to its default, localhost:6379. With another variable it gets the address.`,
  lookAt:
    'where the `url` of `createClient()` comes from: `redisAddress()` returns that of the variable that is set',
  requires: forApp(
    (app, { apps }) =>
      usesDefault(app) &&
      apps.some((other) => variablesSet(other)[0] !== variablesSet(app)[0] && callsUrl(other)),
  ),
}

function usesDefault(app: AppEvidence): boolean {
  return (
    urlOf(app) !== undefined &&
    variablesRead(app).length > 0 &&
    app.connectAttempts.length > 0 &&
    app.connectAttempts.every(({ host, port }) => host === 'localhost' && port === 6379)
  )
}

function callsUrl(app: AppEvidence): boolean {
  return app.connectAttempts.some(({ port }) => port === app.redis.port)
}

const closed = /ClientClosedError|client is closed/i

/** Wrong ways to connect for the first time, and to report it. */
export const connecting: Diagnosis[] = [
  {
    id: 's2-never-connect',
    likely: 'You use a client that is not connected: `createClient()` opens no connection.',
    lookAt:
      'TODO(1): `await client.connect()`, with its parentheses, before anything else is done with the client',
    requires: forApp(
      (app) =>
        app.connectAttempts.length === 0 &&
        variablesRead(app).length > 0 &&
        (printed(app, /connected to/i) || printed(app, closed)),
    ),
  },
  {
    id: 's2-close-while-connecting',
    likely:
      'You close the client while it is still connecting. `close()` does not wait for `connect()`.',
    lookAt: 'the order of `connect()` and `close()`, and the `await` in front of each',
    requires: forApp((app) => gotPong(app) && printed(app, closed)),
  },
  {
    id: 's2-another-client',
    likely:
      'You connect one client and use another one, which is not connected. Each call of `createClient()` makes a new client.',
    lookAt: 'every `newClient()` and `createClient()`: one client is enough in this step',
    requires: forApp(
      (app) => !gotPong(app) && printed(app, closed) && isOpenAt(app, firstLine(app, closed)),
    ),
  },
  {
    id: 's2-connect-twice',
    likely:
      'You call `connect()` on a client that is already connected or connecting. Once is enough: the client reconnects by itself.',
    lookAt: 'every `connect()`, and how often its line runs',
    requires: forApp((app) => printed(app, /Socket already opened/)),
  },
  {
    id: 's2-no-ping',
    likely:
      'You connect and report it, and never send PING. An open connection does not prove that Redis replies.',
    lookAt: 'TODO(1): what happens between `connect()` and the line',
    requires: forApp(
      (app) =>
        connected(app) &&
        !protocolError(app) &&
        printed(app, /connected/i) &&
        !printed(app, closed) &&
        commands(app, 'PING').length === 0,
    ),
  },
  {
    id: 's2-line-differs',
    likely:
      'Redis replied PONG, and you print another line than the goal, or another host and port than the URL.',
    lookAt: 'the line that is printed after PING; the goal has it word for word',
    requires: forApp(
      (app, { fact }) =>
        fact.kind === 'output-missing' &&
        fact.expectation === 'connected' &&
        gotPong(app) &&
        !app.exit &&
        !printedStack(app),
    ),
  },
  {
    id: 's2-ends-after-ping',
    likely:
      'You close the client after PING, and the program ends. An instance keeps its connection while it runs.',
    lookAt: '`close()`, `quit()` and `destroy()`: when do they run?',
    requires: forApp(
      (app, { fact }) =>
        fact.kind === 'output-missing' &&
        app.exit?.code === 0 &&
        gotPong(app) &&
        closedConnections(app).length > 0,
    ),
  },
]

// Whether a connection was open when it printed a line.
function isOpenAt({ wire }: AppEvidence, line: TraceLine | undefined): boolean {
  const before = wire.filter(({ seq }) => line !== undefined && seq < line.seq)
  const count = (wanted: string) => before.filter(({ kind }) => kind === wanted).length
  return count('open') > count('close')
}
