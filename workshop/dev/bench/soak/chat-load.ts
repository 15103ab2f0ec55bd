import { setTimeout as delay } from 'node:timers/promises'
import { UserError } from '../../../errors.ts'
import { findFreePort } from '../../../process/free-port.ts'
import { type Instance, compile, startInstance, reaper } from '../../../process/index.ts'
import { type RunningRedis, findRedisServer, startRedis } from '../../../redis/index.ts'
import { DeliveryLog } from './delivery-log.ts'
import { LoadGenerator } from './load-generator.ts'
import { type LoadDevice, monotonicMs } from './load-protocol.ts'
import { appCpuSeconds, cpuSeconds } from './proc.ts'

const users = ['ada', 'grace', 'linus']
const connectMs = 30_000
const settleMs = 10_000
const pollMs = 50
// The same for all instances, as on a platform.
const secret = 'only for a bench, which no other machine can reach'

/** Has something stopped in the end, whatever the way out. */
export type Defer = (stop: () => Promise<unknown>) => void

/** Instances of a chat, on a Redis of their own. */
export class Chat {
  readonly urls: string[] = []
  private started = 0
  private readonly instances: Instance[] = []

  private constructor(
    private readonly program: Awaited<ReturnType<typeof compile>>,
    readonly redis: RunningRedis,
    private readonly defer: Defer,
  ) {}

  /** @param folder of its `index.ts` */
  static async open(folder: string, defer: Defer): Promise<Chat> {
    const [program, server] = await Promise.all([
      compile(folder, 'index.ts'),
      findRedisServer(),
    ])
    const redis = await startRedis(server, { reaper })
    defer(() => redis.stop())
    return new Chat(program, redis, defer)
  }

  /** Starts one more instance. */
  async add(): Promise<void> {
    const name = `web.${++this.started}`
    const port = await findFreePort()
    const env = {
      REDIS_URL: this.redis.url,
      PORT: String(port),
      DYNO: name,
      JWT_SECRET: secret,
    }
    const instance = await startInstance({ name, program: this.program, env })
    this.defer(() => instance.stop(2000))
    this.instances.push(instance)
    this.urls.push(`http://127.0.0.1:${port}`)
  }

  /** Waits until every instance answers requests. */
  async ready(): Promise<void> {
    for (const url of this.urls) {
      const answers = () =>
        fetch(url).then(
          () => true,
          () => false,
        )
      for (let tries = 0; !(await answers()); tries++) {
        if (tries * pollMs > connectMs || this.instances.some(({ exit }) => exit))
          throw new UserError(
            ['The chat does not answer. It printed:', ...this.lastLines()].join('\n'),
            1,
          )
        await delay(pollMs)
      }
    }
  }

  /** Ends all instances and the Redis. */
  async close(): Promise<void> {
    await Promise.all(this.instances.map((instance) => instance.stop(2000)))
    await this.redis.stop()
  }

  /** The processor seconds that the instances and Redis have used. */
  cpu(): { app: number; redis: number } {
    const app = appCpuSeconds(this.instances.map(({ pid }) => pid))
    return { app, redis: cpuSeconds(this.redis.pid) }
  }

  /** The last lines that the instances have printed. */
  lastLines(): string[] {
    return this.instances
      .flatMap(({ lines }) => lines.slice(-10))
      .map(({ text }) => `  ${text}`)
  }
}

/** Devices that are connected to a chat. */
export class ChatLoad {
  private constructor(
    private readonly chat: Chat,
    readonly log: DeliveryLog,
    readonly load: LoadGenerator,
  ) {}

  /** The chat of step 9, and devices of its three users. @param folder of its `index.ts` */
  static async open(folder: string, devices: number, defer: Defer): Promise<ChatLoad> {
    const chat = await Chat.open(folder, defer)
    await chat.add()
    const plan = Array.from({ length: devices }, (_, number): LoadDevice => {
      const user = users[number % users.length] ?? ''
      return { number, user, token: `token-of-${user}`, url: chat.urls[0] ?? '' }
    })
    return ChatLoad.connect(chat, plan, defer)
  }

  /**
   * Waits until every device is connected.
   *
   * @throws UserError with exit code 1 when not all can connect
   */
  static async connect(chat: Chat, plan: LoadDevice[], defer: Defer): Promise<ChatLoad> {
    const log = new DeliveryLog(plan)
    const load = await LoadGenerator.start(log)
    defer(() => load.close())
    const connected = new ChatLoad(chat, log, load)
    await load.connect(plan)
    if (await connected.#collectUntil(() => log.connected.size === plan.length, connectMs))
      return connected
    const count = `${log.connected.size} of ${plan.length} devices could connect`
    throw new UserError([`${count}. The chat printed:`, ...chat.lastLines()].join('\n'), 1)
  }

  /**
   * Sends messages, then waits until all have arrived, or ten seconds.
   *
   * @returns deliveries, and the processor seconds that the app and Redis spent on them
   */
  async run(perSecond: number, seconds: number) {
    const [since, before] = [monotonicMs(), this.chat.cpu()]
    const already = this.log.deliveries
    await this.load.send(perSecond)
    await delay(seconds * 1000)
    await this.load.stop()
    const complete = () => this.log.unacknowledged === 0 && this.log.missing.length === 0
    await this.#collectUntil(complete, settleMs)
    const after = this.chat.cpu()
    return {
      since,
      deliveries: this.log.deliveries - already,
      appSeconds: after.app - before.app,
      redisSeconds: after.redis - before.redis,
    }
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
}
