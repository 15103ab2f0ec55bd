import { type Mistake, change, provenBy } from '../../support/index.ts'
import * as address from '../shared/address.ts'
import { byHand } from './by-hand.ts'

// From the variable to the address that is dialled.

const find = 'VARIABLES.find((name) => process.env[name])'
const hostname = "url.hostname.replace(/^\\[(.*)\\]$/, '$1')"
const connect = 'net.connect({ host, port })'
const variable =
  'process.env.REDIS_URL || process.env.REDISCLOUD_URL || process.env.REDISTOGO_URL!'

/** Wrong programs that prove what can go wrong with the address. */
export const where: Mistake[] = [
  provenBy(address.laterWins, {
    'the last one': change(
      'redis-url.ts',
      find,
      'VARIABLES.findLast((name) => process.env[name])',
    ),
  }),
  provenBy(address.onlyRedisUrl, {
    'one variable': change('redis-url.ts', find, "process.env.REDIS_URL && 'REDIS_URL'"),
    'another spelling': change('redis-url.ts', "'REDISCLOUD_URL'", "'REDIS_CLOUD_URL'"),
    'the first one misspelt': change('redis-url.ts', "['REDIS_URL'", "['REDIS_URI'"),
  }),
  provenBy(address.hostInTheCode, {
    'no host': change('ping.ts', connect, 'net.connect({ port })'),
  }),
  provenBy(address.takenForPath, {
    'the whole URL': change('ping.ts', connect, 'net.connect(String(process.env.REDIS_URL))'),
    'host and port in one text': change('ping.ts', connect, 'net.connect(`${host}:${port}`)'),
    'host before port': change('ping.ts', connect, 'net.connect(host, String(port))'),
  }),
  provenBy(address.hostIncludesPort, {
    'host for hostname': change('redis-url.ts', hostname, 'url.host'),
  }),
  provenBy(address.cutByHand, {
    'split at the colons': byHand({
      read: `
        const [protocol, host, port] = process.env.REDIS_URL!.split(':')
        const url = { protocol: protocol + ':', hostname: host!, port: port!, username: '', password: '' }`,
    }),
    'a greedy pattern': change(
      'redis-url.ts',
      hostname,
      "/:\\/\\/(.*):\\d+/.exec(text)?.[1] ?? ''",
    ),
  }),
  provenBy(address.badPort, {
    'the host as the port': change('redis-url.ts', 'url.port || 6379', 'url.host'),
  }),
  provenBy(address.builtUnencoded, {
    'decoded as a whole': byHand({
      read: `const url = new URL(decodeURIComponent(${variable}))`,
    }),
  }),
  provenBy(address.neverRead, {
    'an address in the code': change(
      'index.ts',
      'redisAddress()',
      "{ url: '', host: '127.0.0.1', port: 6379, username: '', password: '', tls: false }",
    ),
  }),
  provenBy(address.portDropped, {
    'always the usual port': change('redis-url.ts', 'Number(url.port || 6379)', '6379'),
  }),
  provenBy(address.fallbackFirst, {
    'assigned afterwards': change(
      'index.ts',
      'redisAddress()',
      "{ ...redisAddress(), host: 'localhost', port: 6379 }",
    ),
  }),
  provenBy(address.urlRefused, {
    'redis: only': change('redis-url.ts', " || url.protocol === 'rediss:'", ''),
    'a pattern for plain passwords': change(
      'redis-url.ts',
      'const url = new URL(text)',
      'if (!/^rediss?:..(\\w*:\\w+@)?[\\w.]+:\\d+$/.test(text)) return undefined\n    const url = new URL(text)',
    ),
  }),
]
