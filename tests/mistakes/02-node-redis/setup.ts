import { type Mistake, change, provenBy } from '../../support/index.ts'
import { calledElsewhere } from '../../support/hopeless.ts'
import * as address from '../shared/address.ts'
import { about, lookedAt } from '../shared/clues.ts'
import * as login from '../shared/login.ts'
import { aClient } from './a-client.ts'

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

const where: Mistake[] = [
  provenBy(login.tlsContradicts, {
    'tls: false': aClient({
      create: 'const client = createClient({ url: url.href, socket: { tls: false as true } })',
    }),
  }),
  provenBy(address.neverRead, {
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
    seen: about(
      (program) =>
        calledElsewhere(program) !== undefined &&
        lookedAt(program).length > 0 &&
        program.dialled.every(({ host, port }) => host === 'localhost' && port === 6379),
    ),
    programs: {
      'a text': change('client.ts', options, 'createClient(url as object)'),
      'host and port beside each other': change(
        'client.ts',
        options,
        'createClient({ host, port } as object)',
      ),
      'another name': change('client.ts', options, 'createClient({ uri: url } as object)'),
    },
  },
  provenBy(address.laterWins, {
    'the last one': change(
      'redis-url.ts',
      find,
      'VARIABLES.findLast((name) => process.env[name])',
    ),
  }),
  provenBy(address.onlyRedisUrl, {
    'one variable': change('redis-url.ts', find, "process.env.REDIS_URL && 'REDIS_URL'"),
  }),
  provenBy(address.hostIncludesPort, {
    'host for hostname': bySocket(socket.replace('host,', 'host: url.host,')),
  }),
  provenBy(address.badPort, {
    'host and port in the wrong order': bySocket('host: port, port: Number(host)'),
  }),
  provenBy(address.portDropped, {
    'no port': bySocket('host'),
  }),
  provenBy(address.fallbackFirst, {
    'the default comes first': change(
      'client.ts',
      '{ url }',
      "{ url: 'redis://redis:6379' || url }",
    ),
  }),
  provenBy(address.builtUnencoded, {
    'put together again': aClient({
      create: `
        const [user, password] = [url.username, url.password].map(decodeURIComponent)
        const client = createClient({ url: \`\${url.protocol}//\${user}:\${password}@\${url.host}\` })`,
    }),
  }),
  provenBy(address.urlRefused, {
    'redis: only': change('redis-url.ts', " || url.protocol === 'rediss:'", ''),
  }),
]

const letIn: Mistake[] = [
  provenBy(login.downgraded, {
    'no tls among the options': bySocket('host, port: Number(port)'),
  }),
  provenBy(login.alwaysTls, {
    'always TLS': bySocket('host, port: Number(port), tls: true'),
  }),
  provenBy(login.certificateRefused, {
    'a list of its own': bySocket(`${socket}, ca: []`),
  }),
  provenBy(login.noLogin, {
    'host and port alone': bySocket(socket, ''),
  }),
  provenBy(login.usernameDropped, {
    'the password is enough': bySocket(socket, 'password: decodeURIComponent(url.password)'),
  }),
  provenBy(login.swapped, {
    'the wrong way round': bySocket(
      socket,
      'username: decodeURIComponent(url.username && url.password) || undefined, password: decodeURIComponent(url.username || url.password)',
    ),
  }),
  provenBy(login.inventedUsername, {
    'one from the code': bySocket(
      socket,
      "username: decodeURIComponent(url.username) || 'redistogo', password: decodeURIComponent(url.password)",
    ),
  }),
  provenBy(login.usernameNotDecoded, {
    'as both stand in the URL': bySocket(
      socket,
      'username: url.username || undefined, password: url.password',
    ),
  }),
  provenBy(login.passwordNotDecoded, {
    'as it stands in the URL': bySocket(
      socket,
      'username: decodeURIComponent(url.username) || undefined, password: url.password',
    ),
  }),
]

/** From the variable to a client that is let in. */
export const setup: Mistake[] = [...where, ...letIn]
