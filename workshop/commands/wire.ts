import { UserError, errorCode } from '../errors.ts'
import { PortOwners } from '../process/port-owner.ts'
import { ClientNames, Recording, startProxy } from '../proxy/index.ts'
import {
  parseRedisUrl,
  expectRedis,
  formatHostPort,
  type RedisAddress,
} from '../redis/index.ts'
import { ShutdownSignal, TrafficPrinter } from '../session/index.ts'

const usage = 'It is: npm run wire redis://HOST:PORT, or npm run wire redis://HOST:PORT 6380'

const output = {
  lineWidth: () => process.stdout.columns || 120,
  note: (_: string, line: string) => console.log(line),
}

/**
 * `npm run wire redis://my-host:6379 [6380]`: a recording proxy in front of any Redis. It prints
 * what programs that connect to it exchange with Redis, until Ctrl+C.
 */
export async function run(words: string[]): Promise<number> {
  const [url = process.env['REDIS_URL'], port = '0', ...more] = words
  if (!url || more.length > 0 || !/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new UserError(usage)
  const redis = parseRedisUrl(url, words[0] && 'The URL')
  await expectRedis(redis)
  const shutdown = new ShutdownSignal()
  const recording = new Recording({ limit: 1000 })
  const proxy = await startWireProxy(recording, redis, Number(port))
  const owners = new PortOwners()
  const names = new ClientNames((clientPort) => owners.find(clientPort, proxy.port))
  const traffic = new TrafficPrinter(recording, output, false, (event) => names.name(event))
  console.log(introduction(redis, new URL(url).pathname, proxy.port))
  traffic.toggle()
  await shutdown.requested.promise
  await proxy.close()
  shutdown.close()
  return 0
}

async function startWireProxy(recording: Recording, redis: RedisAddress, port: number) {
  const { password } = redis
  const secrets = password ? [password] : []
  try {
    return await startProxy({ instance: 'client', recording, upstream: redis, secrets, port })
  } catch (error) {
    const reason = { EADDRINUSE: 'is taken', EACCES: 'needs root' }[errorCode(error) ?? '']
    if (!reason) throw error
    throw new UserError(`Port ${port} ${reason}: name another one, or none`)
  }
}

function introduction(redis: RedisAddress, path: string, port: number): string {
  const address = `redis://127.0.0.1:${port}${path === '/' ? '' : path}`
  const login = redis.password ? ', with the same user and password' : ''
  return `Connect your programs to ${address}${login}. It leads to ${formatHostPort(redis)}.
What they exchange with Redis is printed here and stored nowhere. Ctrl+C ends it.
`
}
