import { UserError } from '../../../errors.ts'
import { findRedisServer, startRedis } from '../../../redis/index.ts'
import { findFreePort } from '../../../process/free-port.ts'
import { type Instance, compile, trackGroup, startInstance } from '../../../process/index.ts'
import type { CleanupStack } from './cleanup-stack.ts'
import { LoadGenerator } from './load-generator.ts'
import { type Fault, type Judgement, judge } from './verify-delivery.ts'
import { DeliveryLog } from './delivery-log.ts'
import { type ClusterWorker, appCpu, clusterWorkers, ownCpu } from './proc.ts'
import { instanceAt } from './whoami.ts'
import { monotonicMs } from './load-protocol.ts'

const workers = 4
const startMs = 20_000
const settleMs = 10_000

/** Where a chat runs. */
interface Place {
  app: Instance
  port: number
  redisPid: number
}

/** A chat of four cluster workers on a Redis of its own, and a crowd of devices. */
export class Chat {
  readonly startedAt = monotonicMs()

  private constructor(
    private readonly belongings: CleanupStack,
    private readonly place: Place,
    readonly ledger: DeliveryLog,
    readonly crowd: LoadGenerator,
  ) {}

  /** Starts a chat, and waits until every device is there. @param folder of its `index.ts` */
  static async open(belongings: CleanupStack, folder: string, devices: number): Promise<Chat> {
    const place = await start(belongings, folder)
    const ledger = new DeliveryLog()
    const crowd = await LoadGenerator.start(belongings, ledger)
    const chat = new Chat(belongings, place, ledger, crowd)
    await chat.allWorkersServe()
    await crowd.connect(`http://127.0.0.1:${place.port}`, devices)
    await chat.everybodyIsHere(devices)
    return chat
  }

  /** Its cluster workers. */
  workers(): ClusterWorker[] {
    return clusterWorkers(this.place.app.pid)
  }

  /** The processor time used so far, in seconds: by all processes of the app, and by Redis. */
  cpu(): { app: number; redis: number } {
    const { app, redisPid } = this.place
    return { app: appCpu(app.pid), redis: ownCpu(redisPid) }
  }

  /** Waits until an instance answers. @throws UserError when it does not */
  async serves(instance: string): Promise<void> {
    const answers = async () => (await instanceAt(this.place.port)) === instance
    if (await this.belongings.until(answers, startMs, 10)) return
    throw this.failed(`${instance} did not answer within ${startMs / 1000} s`)
  }

  /** Waits until all devices are connected, each on an instance it knows. @throws UserError */
  async everybodyIsHere(devices: number): Promise<void> {
    const areHere = async () => {
      await this.crowd.collect()
      return this.ledger.present().length === devices
    }
    if (await this.belongings.until(areHere, startMs, 200)) return
    const here = this.ledger.present().length
    throw this.failed(`${here} of ${devices} devices are connected after ${startMs / 1000} s`)
  }

  /** Sends no more, and waits until everything that was sent has arrived, and nothing more can. */
  async settle(): Promise<Judgement> {
    await this.crowd.stop()
    await this.crowd.flush()
    let judgement = judge(this.ledger)
    const nothingCanCome = async () => {
      await this.crowd.collect()
      judgement = judge(this.ledger)
      return !judgement.faults.some(mayComeYet)
    }
    await this.belongings.until(nothingCanCome, settleMs, 200)
    return judgement
  }

  private async allWorkersServe(): Promise<void> {
    const seen = new Set<string>()
    const all = async () => {
      const instance = await instanceAt(this.place.port)
      if (instance !== undefined) seen.add(instance)
      return seen.size === workers
    }
    if (await this.belongings.until(all, startMs, 10)) return
    throw this.failed(`${seen.size} of ${workers} workers answer after ${startMs / 1000} s`)
  }

  private failed(what: string): UserError {
    const printed = this.place.app.lines.slice(-10).map(({ text }) => `  ${text}`)
    return new UserError([`${what}. The chat printed:`, ...printed].join('\n'), 1)
  }
}

function mayComeYet(fault: Fault): boolean {
  return fault.kind === 'unanswered' || (fault.kind === 'missing' && !fault.overtaken)
}

async function start(belongings: CleanupStack, folder: string): Promise<Place> {
  const [program, server] = await Promise.all([compile(folder, 'index.ts'), findRedisServer()])
  const redis = await belongings.use(
    () => startRedis(server, { onSpawn: trackGroup }),
    (one) => one.stop(),
  )
  const port = await findFreePort()
  const env = { REDIS_URL: redis.url, PORT: String(port), DYNO: 'web.1' }
  const app = await belongings.use(
    () => startInstance({ name: 'web.1', program, env }),
    (one) => one.stop(2000),
  )
  return { app, port, redisPid: redis.pid }
}
