import { type KnownMistake, replaceIn, commands } from '../../../workshop/check/suite.ts'
import {
  about,
  connected,
  gotPong,
  lookedAt,
  said,
  trace,
} from '../../shared/redis-connection/evidence-queries.ts'
import { aClient } from './custom-client.ts'

// The first connection, and what is said of it.

const claim = /connected to/i

/** What can go wrong until the program is connected for the first time. */
export const connecting: KnownMistake[] = [
  {
    id: 's2-never-connect',
    likely:
      'createClient() prepares a client, and nobody told it to connect: it never called Redis.',
    lookAt: 'what is done with the client after it was made',
    matches: about(
      (program) =>
        program.connectAttempts.length === 0 &&
        lookedAt(program).length > 0 &&
        (said(program, claim) || said(program, /ClientClosedError|client is closed/i)),
    ),
    programs: {
      'PING without connect': replaceIn('index.ts', '  await client.connect()\n', ''),
      'only the line': aClient({ start: 'console.log(`connected to ${host}:${port}`)' }),
    },
  },
  {
    id: 's2-close-while-connecting',
    likely:
      'the client was closed while it was still connecting: nobody had waited for connect(), and close() does not wait for it either.',
    lookAt: 'the order of connect() and close(), and what is awaited',
    matches: about(
      (program) =>
        program.connectAttempts.length > 0 &&
        said(program, /ClientClosedError|client is closed/i),
    ),
    programs: {
      'closes at once': aClient({
        start: `
          client.connect()
          await client.ping()
          await client.close()
          console.log(\`connected to \${host}:\${port}\`)`,
      }),
    },
  },
  {
    id: 's2-connect-twice',
    likely:
      'connect() was called on a client that was connecting or connected already. Once is enough: reconnecting is its own business.',
    lookAt: 'every place that calls connect()',
    matches: about((program) => said(program, /Socket already opened/)),
    programs: {
      'twice at the start': aClient({
        start: `
          client.connect()
          await client.connect()
          await client.ping()
          console.log(\`connected to \${host}:\${port}\`)`,
      }),
      'in the error listener': aClient({
        listen: `
          let lost = false
          client.on('ready', () => lost && console.log('reconnected'))
          client.on('error', () => {
            lost = true
            console.log('connection lost')
            client.connect()
          })`,
      }),
    },
  },
  {
    id: 's2-no-ping',
    likely:
      'it connected and said so, but never sent PING: nobody knows whether Redis answers.',
    lookAt: 'what happens between connect() and the line',
    matches: about(
      (program) =>
        connected(program) && said(program, claim) && commands(program, 'PING').length === 0,
    ),
    programs: {
      'connects only': replaceIn('index.ts', '  await client.ping()\n', ''),
    },
  },
  {
    id: 's2-line-differs',
    likely:
      'Redis answered PONG, and the program did not say so in the words of the goal, with host and port of the URL.',
    lookAt: 'the line that is printed after PING',
    matches: about(
      (program, { expected }) =>
        gotPong(program) && expected.includes('to print "connected to') && !trace(program),
    ),
    programs: {
      'less words': replaceIn('index.ts', 'connected to ${host}:${port}', 'connected'),
    },
  },
  {
    id: 's2-ends-after-ping',
    likely:
      'the program ended after PING. An instance stays: it holds its connection as long as it runs.',
    lookAt: 'what closes the connection, or ends the program',
    matches: about(
      ({ exit, wire }, { expected }) =>
        exit?.code === 0 &&
        expected.includes('goes and comes back the first') &&
        wire.some((event) => event.kind === 'close' && event.by === 'client'),
    ),
    programs: {
      'closes its client': aClient({
        start: `
          await client.connect()
          await client.ping()
          await client.close()
          console.log(\`connected to \${host}:\${port}\`)`,
      }),
    },
  },
]
