import { setTimeout as delay } from 'node:timers/promises'
import { UserError } from '../../../errors.ts'
import { findRedisServer, startRedis } from '../../../redis/index.ts'
import { findFreePort } from '../../../process/free-port.ts'
import { type Instance, compile, startInstance, trackGroup } from '../../../process/index.ts'
import { DeliveryLog } from './delivery-log.ts'
import { LoadGenerator } from './load-generator.ts'
import { type LoadDevice, monotonicMs } from './load-protocol.ts'
import { appCpuSeconds, cpuSeconds } from './proc.ts'

const users = ['ada', 'grace', 'linus']
const connectMs = 30_000
const settleMs = 10_000
const pollMs = 50

/** Has something stopped in the end, whatever the way out. */
export type Defer = (stop: () => Promise<unknown>) => void

/** A chat on a Redis of its own, and devices that are connected to it. */
export class ChatApp {
  private constructor(
    private readonly app: Instance,
    private readonly redisPid: number,
    readonly log: DeliveryLog,
    readonly load: LoadGenerator,
  ) {}

  /**
   * Starts a chat, and waits until every device is connected.
   *
   * @param folder of its `index.ts`
   * @throws UserError with exit code 1 when not all devices can connect
   */
  static async open(folder: string, devices: number, defer: Defer): Promise<ChatApp> {
    const [program, server] = await Promise.all([
      compile(folder, 'index.ts'),
      findRedisServer(),
    ])
    const redis = await startRedis(server, { onSpawn: trackGroup })
    defer(() => redis.stop())
    const port = await findFreePort()
    const env = { REDIS_URL: redis.url, PORT: String(port), DYNO: 'web.1' }
    const app = await startInstance({ name: 'web.1', program, env })
    defer(() => app.stop(2000))
    const url = `http://127.0.0.1:${port}`
    const plan = Array.from({ length: devices }, (_, number): LoadDevice => {
      return { number, user: users[number % users.length] ?? '', url }
    })
    const log = new DeliveryLog(plan)
    const load = await LoadGenerator.start(log)
    defer(() => load.close())
    const chat = new ChatApp(app, redis.pid, log, load)
    await load.connect(plan)
    if (!(await chat.#collectUntil(() => log.connected.size === devices, connectMs)))
      throw chat.#failure(`${log.connected.size} of ${devices} devices could connect`)
    return chat
  }

  /**
   * Sends messages, then waits until all have arrived, or ten seconds.
   *
   * @returns deliveries, and the processor seconds that the app and Redis spent on them
   */
  async run(perSecond: number, seconds: number) {
    const [since, before] = [monotonicMs(), this.#cpu()]
    const already = this.log.deliveries
    await this.load.send(perSecond)
    await delay(seconds * 1000)
    await this.load.stop()
    const complete = () => this.log.unacknowledged === 0 && this.log.missing.length === 0
    await this.#collectUntil(complete, settleMs)
    const after = this.#cpu()
    return {
      since,
      deliveries: this.log.deliveries - already,
      appSeconds: after.app - before.app,
      redisSeconds: after.redis - before.redis,
    }
  }

  #cpu(): { app: number; redis: number } {
    return { app: appCpuSeconds(this.app.pid), redis: cpuSeconds(this.redisPid) }
  }

  async #collectUntil(condition: () => boolean, withinMs: number): Promise<boolean> {
    const deadline = performance.now() + withinMs
    for (;;) {
      await this.load.collect()
      if (condition()) return true
      if (performance.now() > deadline) return false
      await delay(pollMs)
    }
  }

  #failure(what: string): UserError {
    const printed = this.app.lines.slice(-10).map(({ text }) => `  ${text}`)
    return new UserError([`${what}. The chat printed:`, ...printed].join('\n'), 1)
  }
}
