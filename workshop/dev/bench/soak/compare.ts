import { join } from 'node:path'
import { root } from '../../../paths.ts'
import { median } from '../table.ts'
import { ChatLoad, type Defer } from './chat-load.ts'
import { percentile } from './delivery-log.ts'

/** The chat of step 9, and the same chat with Socket.IO's own adapter. */
export const solution = join(root, 'solutions', '09-cluster-chat')
export const adapterChat = join(root, 'workshop', 'dev', 'bench', 'soak', 'adapter')

// Code that has run for a moment is compiled: compilation is not what we compare.
const warmUpSeconds = 2
const flushSeconds = 0.5

/** The load that both chats get. */
export interface Load {
  devices: number
  /** Messages that all devices together send. */
  perSecond: number
  seconds: number
  rounds: number
}

/** How one chat did; medians of all rounds. */
export interface Measurement {
  messages: number
  deliveries: number
  /** Deliveries for each second of processor time of the app. */
  perCpuSecond: number
  /** Redis's processor time for a thousand deliveries, in milliseconds. */
  redisMs: number
  /** Milliseconds. */
  p50: number
  p99: number
  /** What went wrong, in words; empty when every message arrived exactly once. */
  faults: string[]
}

/** Two chats under the same load. */
export interface Comparison {
  ours: Measurement
  theirs: Measurement
  /** How many times their deliveries per CPU second ours are; the median of all rounds. */
  ratio: number
}

/**
 * Puts the same load on both chats, in turns: other work on this machine slows down both.
 *
 * @param chats their folders
 */
export async function compareWithAdapter(
  chats: { ours: string; theirs: string },
  load: Load,
  defer: Defer,
): Promise<Comparison> {
  const ours = await Runner.open(chats.ours, load, defer)
  const theirs = await Runner.open(chats.theirs, load, defer)
  const ratios: number[] = []
  for (let round = 0; round < load.rounds; round++)
    ratios.push((await ours.round()) / (await theirs.round()))
  return { ours: await ours.result(), theirs: await theirs.result(), ratio: median(ratios) }
}

/** Puts one chat under load. */
export async function measure(folder: string, load: Load, defer: Defer): Promise<Measurement> {
  const runner = await Runner.open(folder, load, defer)
  for (let round = 0; round < load.rounds; round++) await runner.round()
  return await runner.result()
}

class Runner {
  readonly #rounds: { perCpuSecond: number; redisMs: number }[] = []
  #since = Infinity

  private constructor(
    private readonly chat: ChatLoad,
    private readonly load: Load,
  ) {}

  static async open(folder: string, load: Load, defer: Defer): Promise<Runner> {
    const chat = await ChatLoad.open(folder, load.devices, defer)
    await chat.run(load.perSecond, warmUpSeconds)
    return new Runner(chat, load)
  }

  /** @returns deliveries per CPU second */
  async round(): Promise<number> {
    const { perSecond, seconds } = this.load
    const { since, deliveries, appSeconds, redisSeconds } = await this.chat.run(
      perSecond,
      seconds,
    )
    this.#since = Math.min(this.#since, since)
    const perCpuSecond = deliveries / appSeconds
    this.#rounds.push({ perCpuSecond, redisMs: (redisSeconds * 1e6) / deliveries })
    return perCpuSecond
  }

  async result(): Promise<Measurement> {
    // A second copy of a message would be ahead of these: every copy is in the log afterwards.
    await this.chat.run(this.load.perSecond, flushSeconds)
    const { log } = this.chat
    const latencies = log.latencies(this.#since)
    return {
      messages: log.messages.size,
      deliveries: log.deliveries,
      perCpuSecond: median(this.#rounds.map(({ perCpuSecond }) => perCpuSecond)),
      redisMs: median(this.#rounds.map(({ redisMs }) => redisMs)),
      p50: percentile(latencies, 0.5),
      p99: percentile(latencies, 0.99),
      faults: log.faults,
    }
  }
}
