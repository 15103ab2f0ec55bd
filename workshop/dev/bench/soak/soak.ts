import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { root } from '../../../paths.ts'
import type { CleanupStack } from './cleanup-stack.ts'
import { Chat } from './chat.ts'
import type { Judgement } from './verify-delivery.ts'
import { type Pauses, killAtRandom } from './kill-workers.ts'
import type { DeliveryLog } from './delivery-log.ts'
import { stories } from './describe-faults.ts'

const tickMs = 10

/** The chat that is put under load. */
export const solution = join(root, 'solutions', '09-cluster-chat')

/** How much a soak asks of a chat. */
export interface SoakOptions {
  /** Of its `index.ts`. */
  folder: string
  devices: number
  /** Messages that all devices together send. */
  perSecond: number
  seconds: number
  /** Between two kills; nobody is killed without it. */
  kills?: Pauses
}

/** How it went. */
export interface Soaked extends Judgement {
  ledger: DeliveryLog
  /** How long it took until the successor of each killed worker served, in milliseconds. */
  replacedMs: number[]
  /** How long this process, with next to nothing to do, had to wait for the machine: p99. */
  waitedMs: number
  /** What went wrong, for people; empty when nothing did. */
  story: string[]
}

/** Has devices talk to each other while workers are killed, and looks for every message. */
export async function soak(belongings: CleanupStack, options: SoakOptions): Promise<Soaked> {
  const { folder, devices, perSecond, seconds, kills } = options
  const chat = await Chat.open(belongings, folder, devices)
  const waits = monitorEventLoopDelay({ resolution: tickMs })
  waits.enable()
  await chat.crowd.send(perSecond)
  const lastsMs = seconds * 1000
  const replacedMs = kills ? await killAtRandom(chat, belongings, { ...kills, lastsMs }) : []
  if (!kills) await belongings.pause(lastsMs)
  waits.disable()
  const waitedMs = Math.max(0, waits.percentile(99) / 1e6 - tickMs)
  await chat.everybodyIsHere(devices)
  const { lost, faults } = await chat.settle()
  const { ledger } = chat
  const story = stories(faults, ledger, chat.startedAt)
  return { ledger, lost, faults, replacedMs, waitedMs, story }
}
