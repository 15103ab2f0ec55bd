import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { byHand } from '../edits.ts'

const find = 'VARIABLES.find((name) => process.env[name])'
const hostname = "url.hostname.replace(/^\\[(.*)\\]$/, '$1')"
const connect = 'net.connect({ host, port })'
const variable =
  'process.env.REDIS_URL || process.env.REDISCLOUD_URL || process.env.REDISTOGO_URL!'

/** Wrong ways from the variable to the address. */
export const address: WrongPrograms = {
  's1-empty-counts-as-set': {
    'asks for undefined': replaceIn(
      'redis-url.ts',
      find,
      'VARIABLES.find((name) => process.env[name] !== undefined)',
    ),
    '?? for ||': byHand({
      read: `
    const text = process.env.REDIS_URL ?? process.env.REDISCLOUD_URL ?? process.env.REDISTOGO_URL
    if (!text) {
      console.error('Please set REDIS_URL')
      process.exit(1)
    }
    const url = new URL(text)`,
    }),
  },
  's1-later-variable-wins': {
    'the last one': replaceIn(
      'redis-url.ts',
      find,
      'VARIABLES.findLast((name) => process.env[name])',
    ),
    'in the order of process.env': replaceIn(
      'redis-url.ts',
      find,
      'Object.keys(process.env).find((name) => VARIABLES.includes(name) && process.env[name])',
    ),
  },
  's1-only-redis-url': {
    'one variable': replaceIn('redis-url.ts', find, "process.env.REDIS_URL && 'REDIS_URL'"),
    'a search that ends at the first name': replaceIn(
      'redis-url.ts',
      find,
      'VARIABLES.slice(0, 1).find((name) => process.env[name])',
    ),
    'another spelling': replaceIn('redis-url.ts', "'REDISCLOUD_URL'", "'REDIS_CLOUD_URL'"),
    'the first one misspelt': replaceIn('redis-url.ts', "['REDIS_URL'", "['REDIS_URI'"),
  },
  's1-host-in-the-code': {
    'no host': replaceIn('socket.ts', connect, 'net.connect({ port })'),
  },
  's1-taken-for-a-path': {
    'the whole URL': replaceIn(
      'socket.ts',
      connect,
      'net.connect(String(process.env.REDIS_URL))',
    ),
    'host and port in one text': replaceIn(
      'socket.ts',
      connect,
      'net.connect(`${host}:${port}`)',
    ),
    'host before port': replaceIn('socket.ts', connect, 'net.connect(host, String(port))'),
  },
  's1-host-includes-port': {
    'host for hostname': replaceIn('redis-url.ts', hostname, 'url.host'),
  },
  's1-url-cut-by-hand': {
    'split at the colons': byHand({
      read: `
        const [protocol, host, port] = process.env.REDIS_URL!.split(':')
        const url = { protocol: protocol + ':', hostname: host!, port: port!, username: '', password: '' }`,
    }),
    'a greedy pattern': replaceIn(
      'redis-url.ts',
      hostname,
      "/:\\/\\/(.*):\\d+/.exec(text)?.[1] ?? ''",
    ),
  },
  's1-port-is-no-number': {
    'the host as the port': replaceIn('redis-url.ts', 'url.port || 6379', 'url.host'),
  },
  's1-url-built-unencoded': {
    'decoded as a whole': byHand({
      read: `const url = new URL(decodeURIComponent(${variable}))`,
    }),
  },
  's1-env-never-read': {
    'an address in the code': replaceIn(
      'index.ts',
      'redisAddress()',
      "{ url: '', host: '127.0.0.1', port: 6379, username: '', password: '', tls: false }",
    ),
    'process.env.name': replaceIn(
      'redis-url.ts',
      'VARIABLES.find((name) => process.env[name])',
      'VARIABLES.find((name) => name && process.env.name)',
    ),
  },
  's1-port-dropped': {
    'always the usual port': replaceIn('redis-url.ts', 'Number(url.port || 6379)', '6379'),
  },
  's1-no-default-port': {
    '?? for ||': replaceIn('redis-url.ts', 'url.port || 6379', 'url.port ?? 6379'),
    'no default': replaceIn('redis-url.ts', 'url.port || 6379', 'url.port'),
    'host and port cut out of url.host': replaceIn(
      'redis-url.ts',
      'Number(url.port || 6379)',
      "Number(url.host.split(':')[1])",
    ),
    'refused as malformed': replaceIn(
      'redis-url.ts',
      'const url = new URL(text)',
      'const url = new URL(text)\n    if (!url.port) return undefined',
    ),
  },
  's1-fallback-first': {
    'assigned afterwards': replaceIn(
      'index.ts',
      'redisAddress()',
      "{ ...redisAddress(), host: 'localhost', port: 6379 }",
    ),
  },
  's1-right-url-refused': {
    'decoded as a whole, in front of new URL()': combine(
      replaceIn('redis-url.ts', 'new URL(text)', 'new URL(decodeURIComponent(text))'),
      replaceIn('redis-url.ts', 'decodeURIComponent(url.password)', 'url.password'),
    ),
    'redis: only': replaceIn('redis-url.ts', '/^rediss?:$/', '/^redis:$/'),
    'a pattern for plain passwords': replaceIn(
      'redis-url.ts',
      'const url = new URL(text)',
      'if (!/^rediss?:..(\\w*:\\w+@)?[\\w.]+(:\\d+)?$/.test(text)) return undefined\n    const url = new URL(text)',
    ),
  },
}
