import { UserError, errorCode } from '../errors.ts'
import { PortOwners } from '../process/port-owner.ts'
import { Recording, nameClients, startProxy } from '../proxy/index.ts'
import {
  parseRedisUrl,
  expectRedis,
  formatHostPort,
  type RedisAddress,
} from '../redis/index.ts'
import { ShutdownSignal, TrafficPrinter, pageKeys, untilShutdown } from '../session/index.ts'

const usage = 'It is: npm run wire redis://HOST:PORT, or npm run wire redis://HOST:PORT 6380'

const output = {
  lineWidth: () => process.stdout.columns || 120,
  note: (_: string, line: string) => console.log(line),
}

/**
 * `npm run wire redis://my-host:6379 [6380]`: a recording proxy in front of any Redis. What programs
 * that connect to it exchange with Redis is printed, and shown on a page, until Ctrl+C.
 */
export async function run(words: string[]): Promise<number> {
  const [url = process.env['REDIS_URL'], port = '0', ...more] = words
  if (!url || more.length > 0 || !/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new UserError(usage)
  const redis = parseRedisUrl(url, words[0] && 'The URL')
  await expectRedis(redis)
  const shutdown = new ShutdownSignal()
  const recording = new Recording()
  const owners = new PortOwners()
  nameClients(recording, (clientPort) => owners.find(clientPort, proxy.port))
  const traffic = new TrafficPrinter(recording, output, false)
  const { openWirePage } = await import('../guide/index.ts')
  // Opened before the first program can connect: the page shows all of its connections.
  const wire = { recording, address: '', redis: formatHostPort(redis) }
  const page = await openWirePage(wire)
  const proxy = await startWireProxy(recording, redis, Number(port)).catch(async (error) => {
    await page.close()
    throw error
  })
  const { pathname } = new URL(url)
  wire.address = `redis://127.0.0.1:${proxy.port}${pathname === '/' ? '' : pathname}`
  const login = redis.password ? ', with the same user and password' : ''
  console.log(`Connect your programs to ${wire.address}${login}. It leads to ${wire.redis}.
What they exchange with Redis is printed here, drawn on the page, and stored nowhere.
The page is at ${page.url}   (${pageKeys()})
`)
  traffic.toggle()
  await untilShutdown(page.url, shutdown)
  await proxy.close()
  await page.close()
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
