import {
  type KnownMistake,
  replaceIn,
  withWrongPrograms,
} from '../../../workshop/check/suite.ts'
import { wrongAddress } from '../../../workshop/check/dead-end.ts'
import * as address from '../../shared/redis-connection/address.ts'
import { about, lookedAt } from '../../shared/redis-connection/evidence-queries.ts'
import * as login from '../../shared/redis-connection/login.ts'
import { aClient } from './custom-client.ts'

// From the variable to a client that is let in: what createClient() is told.

const find = 'VARIABLES.find((name) => process.env[name])'
const options = 'createClient({ url })'
const bySocket = (
  socket: string,
  rest = 'username: decodeURIComponent(url.username) || undefined, password: decodeURIComponent(url.password)',
) =>
  aClient({
    create: `const client = createClient({ socket: { ${socket} }, ${rest} } as object)`,
  })
const socket = "host, port: Number(port), tls: url.protocol === 'rediss:'"

const where: KnownMistake[] = [
  withWrongPrograms(login.tlsContradicts, {
    'tls: false': aClient({
      create: 'const client = createClient({ url: url.href, socket: { tls: false as true } })',
    }),
  }),
  withWrongPrograms(address.neverRead, {
    'an address in the code': aClient({
      read: "const [host, port] = ['127.0.0.1', 6379]\nconst url = new URL('redis://127.0.0.1:6379')",
    }),
    'no options': aClient({
      read: "const [host, port] = ['localhost', 6379]",
      create: 'const client = createClient()',
    }),
  }),
  {
    id: 's1-string-argument',
    likely:
      'the variable was read, and createClient() did not learn the address: it took its own default, localhost:6379. What it does not know it ignores.',
    lookAt: 'what createClient() is given: which kind of value, and under which names',
    matches: about(
      (program) =>
        wrongAddress(program) !== undefined &&
        lookedAt(program).length > 0 &&
        program.connectAttempts.every(
          ({ host, port }) => host === 'localhost' && port === 6379,
        ),
    ),
    programs: {
      'a text': replaceIn('client.ts', options, 'createClient(url as object)'),
      'host and port beside each other': replaceIn(
        'client.ts',
        options,
        'createClient({ host, port } as object)',
      ),
      'another name': replaceIn('client.ts', options, 'createClient({ uri: url } as object)'),
    },
  },
  withWrongPrograms(address.laterWins, {
    'the last one': replaceIn(
      'redis-url.ts',
      find,
      'VARIABLES.findLast((name) => process.env[name])',
    ),
  }),
  withWrongPrograms(address.onlyRedisUrl, {
    'one variable': replaceIn('redis-url.ts', find, "process.env.REDIS_URL && 'REDIS_URL'"),
  }),
  withWrongPrograms(address.hostIncludesPort, {
    'host for hostname': bySocket(socket.replace('host,', 'host: url.host,')),
  }),
  withWrongPrograms(address.badPort, {
    'host and port in the wrong order': bySocket('host: port, port: Number(host)'),
  }),
  withWrongPrograms(address.portDropped, {
    'no port': bySocket('host'),
  }),
  withWrongPrograms(address.fallbackFirst, {
    'the default comes first': replaceIn(
      'client.ts',
      '{ url }',
      "{ url: 'redis://redis:6379' || url }",
    ),
  }),
  withWrongPrograms(address.builtUnencoded, {
    'put together again': aClient({
      create: `
        const [user, password] = [url.username, url.password].map(decodeURIComponent)
        const client = createClient({ url: \`\${url.protocol}//\${user}:\${password}@\${url.host}\` })`,
    }),
  }),
  withWrongPrograms(address.urlRefused, {
    'redis: only': replaceIn('redis-url.ts', '/^rediss?:$/', '/^redis:$/'),
  }),
]

const letIn: KnownMistake[] = [
  withWrongPrograms(login.downgraded, {
    'no tls among the options': bySocket('host, port: Number(port)'),
  }),
  withWrongPrograms(login.alwaysTls, {
    'always TLS': bySocket('host, port: Number(port), tls: true'),
  }),
  withWrongPrograms(login.certificateRefused, {
    'a list of its own': bySocket(`${socket}, ca: []`),
  }),
  withWrongPrograms(login.noLogin, {
    'host and port alone': bySocket(socket, ''),
  }),
  withWrongPrograms(login.usernameDropped, {
    'the password is enough': bySocket(socket, 'password: decodeURIComponent(url.password)'),
  }),
  withWrongPrograms(login.swapped, {
    'the wrong way round': bySocket(
      socket,
      'username: decodeURIComponent(url.username && url.password) || undefined, password: decodeURIComponent(url.username || url.password)',
    ),
  }),
  withWrongPrograms(login.inventedUsername, {
    'one from the code': bySocket(
      socket,
      "username: decodeURIComponent(url.username) || 'redistogo', password: decodeURIComponent(url.password)",
    ),
  }),
  withWrongPrograms(login.usernameNotDecoded, {
    'as both stand in the URL': bySocket(
      socket,
      'username: url.username || undefined, password: url.password',
    ),
  }),
  withWrongPrograms(login.passwordNotDecoded, {
    'as it stands in the URL': bySocket(
      socket,
      'username: decodeURIComponent(url.username) || undefined, password: url.password',
    ),
  }),
]

/** From the variable to a client that is let in. */
export const setup: KnownMistake[] = [...where, ...letIn]
