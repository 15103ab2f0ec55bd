import { join } from 'node:path'
import { root } from '../../../paths.ts'
import { median } from '../table.ts'
import type { CleanupStack } from './cleanup-stack.ts'
import { Chat } from './chat.ts'
import { percentile } from './delivery-log.ts'
import { stories } from './describe-faults.ts'
import { monotonicMs } from './load-protocol.ts'

/** The same chat with Socket.IO's own adapter. */
export const adapterChat = join(root, 'workshop', 'dev', 'bench', 'soak', 'adapter')

// Code that has been used for a moment is compiled: that is not what we compare.
const warmUpSeconds = 2

/** A load that both chats get. */
export interface Load {
  devices: number
  /** Messages that all devices together send. */
  perSecond: number
  seconds: number
  rounds: number
}

/** What one chat made of the load; medians of all rounds. */
export interface Measurement {
  /** Copies of messages for each second of processor time, of the app alone. */
  perCpuSecond: number
  /** Redis's processor time, in milliseconds, for a thousand copies. */
  redisMs: number
  /** Milliseconds. */
  p50: number
  p99: number
}

/** Two chats side by side. */
export interface Comparison {
  ours: Measurement
  theirs: Measurement
  /** How many times their deliveries per CPU second ours are; the median of all rounds. */
  ratio: number
  /** What went wrong on our side, and on theirs. */
  story: string[]
}

/** Puts the same load on both chats, in turns: what else the machine does, it does to both. */
export async function compareWithAdapter(
  belongings: CleanupStack,
  folder: string,
  load: Load,
): Promise<Comparison> {
  const ours = new Runner(belongings, await Chat.open(belongings, folder, load.devices))
  const theirs = new Runner(belongings, await Chat.open(belongings, adapterChat, load.devices))
  for (const runner of [ours, theirs]) await runner.run({ ...load, seconds: warmUpSeconds })
  const ratios: number[] = []
  for (let round = 0; round < load.rounds; round++) {
    const one = await ours.measure(load)
    const other = await theirs.measure(load)
    ratios.push(one / other)
  }
  const story = [...ours.story('our chat'), ...theirs.story("the adapter's chat")]
  return { ours: ours.side(), theirs: theirs.side(), ratio: median(ratios), story }
}

class Runner {
  private readonly perCpuSecond: number[] = []
  private readonly redisMs: number[] = []
  private faults: string[] = []
  private warmAt = Infinity

  constructor(
    private readonly belongings: CleanupStack,
    private readonly chat: Chat,
  ) {}

  /** Puts it under load, until everything has arrived. */
  async run({ perSecond, seconds }: Pick<Load, 'perSecond' | 'seconds'>): Promise<void> {
    const { chat } = this
    await chat.crowd.send(perSecond)
    await this.belongings.pause(seconds * 1000)
    const { faults } = await chat.settle()
    this.faults = stories(faults, chat.ledger, chat.startedAt)
  }

  /** The same, measured. @returns deliveries per CPU second */
  async measure(load: Load): Promise<number> {
    const { ledger } = this.chat
    this.warmAt = Math.min(this.warmAt, monotonicMs())
    const [before, already] = [this.chat.cpu(), ledger.deliveries]
    await this.run(load)
    const [after, copies] = [this.chat.cpu(), ledger.deliveries - already]
    const perCpuSecond = copies / (after.app - before.app)
    this.perCpuSecond.push(perCpuSecond)
    this.redisMs.push(((after.redis - before.redis) * 1e6) / copies)
    return perCpuSecond
  }

  side(): Measurement {
    const latencies = this.chat.ledger.latencies(this.warmAt)
    return {
      perCpuSecond: median(this.perCpuSecond),
      redisMs: median(this.redisMs),
      p50: percentile(latencies, 0.5),
      p99: percentile(latencies, 0.99),
    }
  }

  story(name: string): string[] {
    return this.faults.length > 0 ? [`${name}:`, ...this.faults] : []
  }
}
