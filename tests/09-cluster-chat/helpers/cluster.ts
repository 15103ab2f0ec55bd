import { groupMembers, sendSignal } from '../../../workshop/process/processes.ts'
import type { SocketClient } from '../../../workshop/check/socket-client.ts'
import {
  connectDevice,
  waitForMessage,
  expectReceivedOnce,
  send as sendMessage,
} from '../../shared/chat.ts'
import { ExpectationFailed, expectTrue } from '../../../workshop/check/expectation.ts'
import { pollEvery } from '../../06-worker-jobs/helpers/jobs.ts'
import { type CpuReading, cpuClock } from '../../../workshop/check/cpu-clock.ts'
import { waitFor } from '../../../workshop/check/wait-for.ts'
import type { AppUnderTest } from '../../../workshop/check/app-under-test.ts'
import type { TestBed } from '../../../workshop/check/test-bed.ts'

// What the gate of the clustered chat says, but for its end: cluster-ending.ts. The program that
// the stage starts is the primary; its cluster workers are the other processes of its group, and
// use the same tap.

/** How many cluster workers there are to be. */
export const workerCount = 4
// How often a cluster worker has to be started before one speaks of a storm, and without what pause.
const crashLoop = { crashes: 5, pauseMs: 150, withinMs: 3_000 }
// A pause: for this long no cluster worker was started.
const calmMs = 700
// The four are forked together. When the next announcement takes longer than this, none comes.
const quietMs = 3_000

/** The processes that run beside the primary. */
export function workerPids({ instance }: AppUnderTest): number[] {
  if (instance.exit) return []
  return groupMembers(instance.pid).filter((pid) => pid !== instance.pid)
}

/** What its cluster workers have announced so far: `started` or `stopped`. */
export function announcements(program: AppUnderTest, event: 'started' | 'stopped') {
  return program.publishedMessages('instances', { event })
}

/** Starts the chat and waits until four cluster workers have said that they are there. */
export async function startCluster(stage: TestBed): Promise<AppUnderTest> {
  const primary = await stage.start('web.1')
  await waitForAnnouncements(primary, 'started', workerCount)
  await primary.waitForHttp()
  await expectWorkerCount(primary, workerCount)
  return primary
}

/** Waits until so many have announced this in all. */
export async function waitForAnnouncements(
  primary: AppUnderTest,
  event: 'started' | 'stopped',
  times: number,
): Promise<void> {
  const count = () => announcements(primary, event).length
  const still = () => (primary.instance.exit ? `; ${primary.describe()}` : '')
  let [seen, since] = [count(), cpuClock.now()]
  const quiet = () => {
    if (count() !== seen) [seen, since] = [count(), cpuClock.now()]
    return cpuClock.since(since).countedMs > quietMs
  }
  await primary.waitUntil(
    `${times} times {"instance":…,"event":"${event}"} on "instances"`,
    () => count() >= times || undefined,
    {
      // The lookup of a port's owner with lsof takes seconds on some networks.
      withinMs: 20_000,
      shortenWhen: () => servesAlone(primary) || (quiet() && count() > 0),
      received: () => `${count()} of them${still()}`,
    },
  )
}

// One that serves by itself and has forked nobody has no cluster in mind.
function servesAlone(primary: AppUnderTest): boolean {
  return primary.instance.listening.includes(primary.port) && workerPids(primary).length === 0
}

/** It runs so many cluster workers, neither more nor fewer. */
export async function expectWorkerCount(primary: AppUnderTest, count: number): Promise<void> {
  await look(primary, 1_500, () => workerPids(primary).length === count || undefined)
  const found = workerPids(primary).length
  expectTrue(
    found === count,
    `${count} cluster workers beside the primary`,
    `${found} processes beside it`,
    primary.name,
  )
}

/** Nobody but the four has announced anything: the primary does none of their work. */
export function expectOnlyWorkersAnnounced(primary: AppUnderTest): void {
  const count = announcements(primary, 'started').length
  expectTrue(
    count === workerCount,
    `${workerCount} announcements of "started", one of each cluster worker`,
    `there were ${count}`,
    primary.name,
  )
}

/** Devices of a user, which find a new place when they lose theirs. */
export function connectDevices(
  stage: TestBed,
  primary: AppUnderTest,
  user: string,
  count: number,
): Promise<SocketClient[]> {
  const names = Array.from({ length: count }, (_, i) => `${user}'s device ${i + 1}`)
  const options = { reconnects: true }
  return Promise.all(names.map((name) => connectDevice(stage, primary, user, name, options)))
}

/** A message reaches all of these devices, each once. */
export async function expectReachesAll(
  sender: SocketClient,
  text: string,
  [from, to]: [string, string],
  all: SocketClient[],
) {
  const message = { from, to, text }
  sendMessage(sender, message)
  for (const device of all) await waitForMessage(device, message)
  return () => {
    for (const device of all) expectReceivedOnce(device, message)
  }
}

/** Kills a cluster worker, and waits until another one has taken its place. */
export async function expectReplacesKilledWorker(primary: AppUnderTest): Promise<void> {
  const [victim = 0] = workerPids(primary)
  const before = new Set(workerPids(primary))
  sendSignal(victim, 'SIGKILL')
  const replaced = await look(primary, 5_000, () => {
    const fresh = workerPids(primary).filter((pid) => !before.has(pid))
    return (fresh.length > 0 && !workerPids(primary).includes(victim)) || undefined
  })
  if (!replaced) {
    throw new ExpectationFailed(
      'another cluster worker in the place of one that was killed',
      primary.instance.exit ? primary.describe() : `${workerPids(primary).length} are left`,
      primary.name,
    )
  }
  await waitForAnnouncements(primary, 'started', workerCount + 1)
}

/** Kills all cluster workers at once. */
export function killAllProcesses(primary: AppUnderTest): void {
  for (const pid of workerPids(primary)) sendSignal(pid, 'SIGKILL')
}

/** A cluster worker that crashes whenever it starts is not started again without a pause. */
export async function expectPausesBetweenRestarts(primary: AppUnderTest): Promise<void> {
  const known = new Set(workerPids(primary).slice(1))
  const crashes: number[] = []
  let lastCrash: CpuReading | undefined
  await look(primary, crashLoop.withinMs, () => {
    for (const pid of workerPids(primary).filter((one) => !known.has(one))) {
      known.add(pid)
      crashes.push(performance.now())
      lastCrash = cpuClock.now()
      sendSignal(pid, 'SIGKILL')
    }
    const calm = lastCrash !== undefined && cpuClock.since(lastCrash).countedMs > calmMs
    return crashes.length >= crashLoop.crashes || calm || undefined
  })
  // Pauses may grow, so the last ones count; of these the shortest: a busy machine makes longer ones.
  const pauses = crashes.map((at, i) => at - (crashes[i - 1] ?? -Infinity)).slice(-3)
  expectTrue(
    crashes.length < crashLoop.crashes || Math.min(...pauses) > crashLoop.pauseMs,
    'a pause before a cluster worker that keeps crashing is started once more',
    `it was started ${crashes.length} times, one right after the other`,
    primary.name,
  )
}

async function look<T>(primary: AppUnderTest, withinMs: number, find: () => T | undefined) {
  const found = await waitFor({
    poll: () => find() ?? (primary.instance.exit ? null : undefined),
    onChange: pollEvery(25),
    withinMs,
    signal: primary.signal,
  })
  return found ?? undefined
}
