import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { root } from '../../../paths.ts'
import { compile, trackGroup, untrackGroup } from '../../../process/index.ts'
import type { CleanupStack } from './cleanup-stack.ts'
import type { DeliveryLog } from './delivery-log.ts'
import type { DevicePlan, LoadCommand, LoadReport } from './load-protocol.ts'

const users = ['ada', 'grace', 'linus']
const processes = 2

/** The devices of a chat, in load processes of their own. What they report goes into a ledger. */
export class LoadGenerator {
  private constructor(
    private readonly loads: LoadProcess[],
    private readonly ledger: DeliveryLog,
  ) {}

  /** Starts the load processes, without devices. */
  static async start(belongings: CleanupStack, ledger: DeliveryLog): Promise<LoadGenerator> {
    const { file } = await compile(join(root, 'workshop', 'dev', 'bench', 'soak'), 'load.ts')
    const loads: LoadProcess[] = []
    for (let first = 0; first < processes; first++) {
      const start = () => LoadProcess.start(file, first)
      loads.push(await belongings.use(start, (load) => load.end()))
    }
    return new LoadGenerator(loads, ledger)
  }

  /** Has devices connect, shared among the users. */
  async connect(url: string, count: number): Promise<void> {
    const plans = Array.from({ length: count }, (_, number): DevicePlan => {
      return { number, user: users[number % users.length] ?? '' }
    })
    await this.each((index) => ({
      do: 'connect',
      url,
      devices: plans.filter(({ number }) => number % processes === index),
    }))
  }

  /** Begins to send messages. @param perSecond all devices together */
  async send(perSecond: number): Promise<void> {
    await this.each(() => ({ do: 'send', perSecond: perSecond / processes }))
  }

  /** Sends no more. */
  async stop(): Promise<void> {
    await this.each(() => ({ do: 'rest' }))
  }

  /** Sends one more message from every instance to every user: what came before it is through. */
  async flush(): Promise<void> {
    await this.each(() => ({ do: 'fence' }))
  }

  /** Enters into the ledger what has happened. */
  async collect(): Promise<void> {
    await this.each(() => ({ do: 'report' }))
  }

  private async each(orderFor: (index: number) => LoadCommand): Promise<void> {
    const reports = await Promise.all(
      this.loads.map((load, index) => load.obey(orderFor(index))),
    )
    for (const report of reports) this.ledger.add(report)
  }
}

class LoadProcess {
  private last: Promise<unknown> = Promise.resolve()
  private readonly gone: Promise<unknown>

  private constructor(private readonly child: ChildProcess) {
    this.gone = once(child, 'exit')
  }

  static async start(file: string, first: number): Promise<LoadProcess> {
    const child = spawn(process.execPath, [file, String(first), String(processes)], {
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      // A report holds as many numbers as there were copies: JSON would take its time.
      serialization: 'advanced',
    })
    await once(child, 'spawn')
    const load = new LoadProcess(child)
    await trackGroup(child.pid ?? 0)
    return load
  }

  /** Gives an order, when all before it have been answered. @returns the answer */
  obey(order: LoadCommand): Promise<LoadReport> {
    const answer = this.last.then(() => this.ask(order))
    this.last = answer.catch(() => {})
    return answer
  }

  async end(): Promise<void> {
    this.child.kill('SIGKILL')
    await this.gone
    await untrackGroup(this.child.pid ?? 0)
  }

  private ask(order: LoadCommand): Promise<LoadReport> {
    return new Promise((resolve, reject) => {
      const fail = () => reject(new Error('a load process has ended'))
      this.child.once('exit', fail)
      this.child.once('message', (report: LoadReport) => {
        this.child.off('exit', fail)
        resolve(report)
      })
      this.child.send(order, (error) => error && fail())
    })
  }
}
