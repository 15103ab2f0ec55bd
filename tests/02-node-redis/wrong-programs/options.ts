import { type WrongPrograms, replaceIn } from '../../../workshop/check/suite.ts'
import { aClient } from '../edits.ts'

const find = 'VARIABLES.find((name) => process.env[name])'
const createClient = 'createClient({ url })'
const bySocket = (
  socket: string,
  rest = 'username: decodeURIComponent(url.username) || undefined, password: decodeURIComponent(url.password)',
) =>
  aClient({
    create: `const client = createClient({ socket: { ${socket} }, ${rest} } as object)`,
  })
const socket = "host, port: Number(port), tls: url.protocol === 'rediss:'"

/** Wrong ways from the variable to the options of the client. */
export const options: WrongPrograms = {
  's1-tls-option-misplaced': {
    'tls: false': aClient({
      create: 'const client = createClient({ url: url.href, socket: { tls: false as true } })',
    }),
  },
  's1-env-never-read': {
    'an address in the code': aClient({
      read: "const [host, port] = ['127.0.0.1', 6379]\nconst url = new URL('redis://127.0.0.1:6379')",
    }),
    'no options': aClient({
      read: "const [host, port] = ['localhost', 6379]",
      create: 'const client = createClient()',
    }),
  },
  's1-string-argument': {
    'a text': replaceIn('client.ts', createClient, 'createClient(url as object)'),
    'host and port beside each other': replaceIn(
      'client.ts',
      createClient,
      'createClient({ host, port } as object)',
    ),
    'another name': replaceIn(
      'client.ts',
      createClient,
      'createClient({ uri: url } as object)',
    ),
  },
  's2-url-of-one-variable': {
    'always REDIS_URL': replaceIn(
      'client.ts',
      createClient,
      'createClient({ url: process.env.REDIS_URL! })',
    ),
  },
  's1-later-variable-wins': {
    'the last one': replaceIn(
      'redis-url.ts',
      find,
      'VARIABLES.findLast((name) => process.env[name])',
    ),
  },
  's1-only-redis-url': {
    'one variable': replaceIn('redis-url.ts', find, "process.env.REDIS_URL && 'REDIS_URL'"),
  },
  's1-empty-counts-as-set': {
    '?? for ||': aClient({
      read: `
        const text = process.env.REDIS_URL ?? process.env.REDISCLOUD_URL ?? process.env.REDISTOGO_URL
        const url = new URL(text ?? '')
        const { hostname: host, port } = url`,
    }),
  },
  's1-host-includes-port': {
    'host for hostname': bySocket(socket.replace('host,', 'host: url.host,')),
  },
  's1-port-is-no-number': {
    'host and port in the wrong order': bySocket('host: port, port: Number(host)'),
  },
  's1-port-dropped': { 'no port': bySocket('host') },
  's1-fallback-first': {
    'the default comes first': replaceIn(
      'client.ts',
      '{ url }',
      "{ url: 'redis://redis:6379' || url }",
    ),
  },
  's1-url-built-unencoded': {
    'put together again': aClient({
      create: `
        const [user, password] = [url.username, url.password].map(decodeURIComponent)
        const client = createClient({ url: \`\${url.protocol}//\${user}:\${password}@\${url.host}\` })`,
    }),
  },
  's1-right-url-refused': {
    'redis: only': replaceIn('redis-url.ts', '/^rediss?:$/', '/^redis:$/'),
  },
  's1-rediss-downgraded': {
    'no tls among the options': bySocket('host, port: Number(port)'),
  },
  's1-tls-always': { 'always TLS': bySocket('host, port: Number(port), tls: true') },
  's1-certificate-refused': { 'a list of its own': bySocket(`${socket}, ca: []`) },
  's1-no-auth': { 'host and port alone': bySocket(socket, '') },
  's1-username-dropped': {
    'the password is enough': bySocket(socket, 'password: decodeURIComponent(url.password)'),
  },
  's1-username-and-password-swapped': {
    'the wrong way round': bySocket(
      socket,
      'username: decodeURIComponent(url.username && url.password) || undefined, password: decodeURIComponent(url.username || url.password)',
    ),
  },
  's1-username-invented': {
    'one from the code': bySocket(
      socket,
      "username: decodeURIComponent(url.username) || 'redistogo', password: decodeURIComponent(url.password)",
    ),
  },
  's1-username-not-decoded': {
    'as both are in the URL': bySocket(
      socket,
      'username: url.username || undefined, password: url.password',
    ),
  },
  's1-password-not-decoded': {
    'as it is in the URL': bySocket(
      socket,
      'username: decodeURIComponent(url.username) || undefined, password: url.password',
    ),
  },
}
