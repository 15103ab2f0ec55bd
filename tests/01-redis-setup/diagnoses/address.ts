import {
  type KnownMistake,
  replaceIn,
  withWrongPrograms,
} from '../../../workshop/check/suite.ts'
import * as address from '../../shared/redis-connection/address.ts'
import { byHand } from './raw-socket.ts'

// From the variable to the address that is connectAttempts.

const find = 'VARIABLES.find((name) => process.env[name])'
const hostname = "url.hostname.replace(/^\\[(.*)\\]$/, '$1')"
const connect = 'net.connect({ host, port })'
const variable =
  'process.env.REDIS_URL || process.env.REDISCLOUD_URL || process.env.REDISTOGO_URL!'

/** Wrong programs that prove what can go wrong with the address. */
export const where: KnownMistake[] = [
  withWrongPrograms(address.laterWins, {
    'the last one': replaceIn(
      'redis-url.ts',
      find,
      'VARIABLES.findLast((name) => process.env[name])',
    ),
  }),
  withWrongPrograms(address.onlyRedisUrl, {
    'one variable': replaceIn('redis-url.ts', find, "process.env.REDIS_URL && 'REDIS_URL'"),
    'another spelling': replaceIn('redis-url.ts', "'REDISCLOUD_URL'", "'REDIS_CLOUD_URL'"),
    'the first one misspelt': replaceIn('redis-url.ts', "['REDIS_URL'", "['REDIS_URI'"),
  }),
  withWrongPrograms(address.hostInTheCode, {
    'no host': replaceIn('ping.ts', connect, 'net.connect({ port })'),
  }),
  withWrongPrograms(address.takenForPath, {
    'the whole URL': replaceIn(
      'ping.ts',
      connect,
      'net.connect(String(process.env.REDIS_URL))',
    ),
    'host and port in one text': replaceIn(
      'ping.ts',
      connect,
      'net.connect(`${host}:${port}`)',
    ),
    'host before port': replaceIn('ping.ts', connect, 'net.connect(host, String(port))'),
  }),
  withWrongPrograms(address.hostIncludesPort, {
    'host for hostname': replaceIn('redis-url.ts', hostname, 'url.host'),
  }),
  withWrongPrograms(address.cutByHand, {
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
  }),
  withWrongPrograms(address.badPort, {
    'the host as the port': replaceIn('redis-url.ts', 'url.port || 6379', 'url.host'),
  }),
  withWrongPrograms(address.builtUnencoded, {
    'decoded as a whole': byHand({
      read: `const url = new URL(decodeURIComponent(${variable}))`,
    }),
  }),
  withWrongPrograms(address.neverRead, {
    'an address in the code': replaceIn(
      'index.ts',
      'redisAddress()',
      "{ url: '', host: '127.0.0.1', port: 6379, username: '', password: '', tls: false }",
    ),
  }),
  withWrongPrograms(address.portDropped, {
    'always the usual port': replaceIn('redis-url.ts', 'Number(url.port || 6379)', '6379'),
  }),
  withWrongPrograms(address.fallbackFirst, {
    'assigned afterwards': replaceIn(
      'index.ts',
      'redisAddress()',
      "{ ...redisAddress(), host: 'localhost', port: 6379 }",
    ),
  }),
  withWrongPrograms(address.urlRefused, {
    'redis: only': replaceIn('redis-url.ts', '/^rediss?:$/', '/^redis:$/'),
    'a pattern for plain passwords': replaceIn(
      'redis-url.ts',
      'const url = new URL(text)',
      'if (!/^rediss?:..(\\w*:\\w+@)?[\\w.]+:\\d+$/.test(text)) return undefined\n    const url = new URL(text)',
    ),
  }),
]
