import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { root } from '../../../paths.ts'
import { compile, trackGroup, untrackGroup } from '../../../process/index.ts'
import type { DeliveryLog } from './delivery-log.ts'
import type { LoadCommand, LoadDevice, LoadReport } from './load-protocol.ts'

const processes = 2

/** Devices of a chat, in processes of their own. What they report goes into a log. */
export class LoadGenerator {
  private constructor(
    private readonly children: ChildProcess[],
    private readonly log: DeliveryLog,
  ) {}

  /** Starts the processes, without devices. */
  static async start(log: DeliveryLog): Promise<LoadGenerator> {
    const folder = join(root, 'workshop', 'dev', 'bench', 'soak')
    const { file } = await compile(folder, 'load.ts')
    const children: ChildProcess[] = []
    for (let first = 0; first < processes; first++) {
      const child = spawn(process.execPath, [file, String(first), String(processes)], {
        detached: true,
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        // A report holds as many numbers as there were deliveries: JSON would take its time.
        serialization: 'advanced',
      })
      await once(child, 'spawn')
      await trackGroup(child.pid ?? 0)
      children.push(child)
    }
    return new LoadGenerator(children, log)
  }

  /** Connects devices, shared among the processes. */
  async connect(devices: readonly LoadDevice[]): Promise<void> {
    await this.#each((index) => ({
      do: 'connect',
      devices: devices.filter(({ number }) => number % processes === index),
    }))
  }

  /** Begins to send messages. @param perSecond all devices together */
  async send(perSecond: number): Promise<void> {
    await this.#each(() => ({ do: 'send', perSecond: perSecond / processes }))
  }

  /** Sends no more. */
  async stop(): Promise<void> {
    await this.#each(() => ({ do: 'stop' }))
  }

  /** Adds to the log what has happened since the last command. */
  async collect(): Promise<void> {
    await this.#each(() => ({ do: 'report' }))
  }

  /** Ends the processes. */
  async close(): Promise<void> {
    await Promise.all(
      this.children.map(async (child) => {
        const isRunning = child.exitCode === null && child.signalCode === null
        const exit = isRunning ? once(child, 'exit') : undefined
        child.kill('SIGKILL')
        await exit
        untrackGroup(child.pid ?? 0)
      }),
    )
  }

  async #each(commandFor: (index: number) => LoadCommand): Promise<void> {
    const reports = await Promise.all(
      this.children.map((child, index) => ask(child, commandFor(index))),
    )
    for (const report of reports) this.log.add(report)
  }
}

function ask(child: ChildProcess, command: LoadCommand): Promise<LoadReport> {
  return new Promise((resolve, reject) => {
    const fail = () => reject(new Error('a load process has ended'))
    child.once('exit', fail)
    child.once('message', (report: LoadReport) => {
      child.off('exit', fail)
      resolve(report)
    })
    child.send(command, (error) => error && fail())
  })
}
