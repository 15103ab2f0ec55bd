import { groupMembers, send } from '../../workshop/supervisor/processes.ts'
import type { Device } from './device.ts'
import { deviceOf, hears, heardOnce, send as sendMessage } from './chat.ts'
import { NotYet, expectThat } from './failure.ts'
import { every } from './jobs.ts'
import { waitFor } from './patience.ts'
import type { Program } from './program.ts'
import type { Stage } from './stage.ts'

// What the gate of the clustered chat says, but for its end: cluster-ending.ts. The program that
// the stage starts is the primary; its cluster workers are the other processes of its group, and
// use the same tap.

/** How many cluster workers there are to be. */
export const workers = 4
// How often a cluster worker has to be started before one speaks of a storm, and without what pause.
const storm = { crashes: 5, pauseMs: 150, withinMs: 3_000 }
// When there was nobody new for so long, there was a pause.
const calmMs = 700

/** The processes that run beside the primary. */
export function workersOf({ instance }: Program): number[] {
  if (instance.exit) return []
  return groupMembers(instance.pid).filter((pid) => pid !== instance.pid)
}

/** What its cluster workers have announced so far: `started` or `stopped`. */
export function announced(program: Program, event: 'started' | 'stopped') {
  return program.publications('instances', { event })
}

/** Starts the chat and waits until four cluster workers have said that they are there. */
export async function cluster(stage: Stage): Promise<Program> {
  const primary = await stage.start('web.1')
  await saysOften(primary, 'started', workers)
  await primary.answers()
  await has(primary, workers)
  return primary
}

/** Waits until so many have announced this in all. */
export async function saysOften(
  primary: Program,
  event: 'started' | 'stopped',
  times: number,
): Promise<void> {
  const count = () => announced(primary, event).length
  const still = () => (primary.instance.exit ? `; ${primary.describe()}` : '')
  let [seen, since] = [count(), performance.now()]
  const quiet = () => {
    if (count() !== seen) [seen, since] = [count(), performance.now()]
    return performance.now() - since > 3_000
  }
  await primary.until(
    `${times} times {"instance":…,"event":"${event}"} on "instances"`,
    () => count() >= times || undefined,
    {
      // Four processes that start together start within a moment, but a busy machine takes its time.
      withinMs: 10_000,
      hurried: () =>
        servesAlone(primary) || (quiet() && (count() > 0 || workersOf(primary).length === 0)),
      received: () => `${count()} of them${still()}`,
    },
  )
}

// One that serves by itself and has forked nobody has no cluster in mind.
function servesAlone(primary: Program): boolean {
  return primary.instance.listening.includes(primary.port) && workersOf(primary).length === 0
}

/** It runs so many cluster workers, neither more nor fewer. */
export async function has(primary: Program, count: number): Promise<void> {
  await look(primary, 1_500, () => workersOf(primary).length === count || undefined)
  const found = workersOf(primary).length
  expectThat(
    found === count,
    `${count} cluster workers beside the primary`,
    `${found} processes beside it`,
    primary.name,
  )
}

/** Nobody but the four has announced anything: the primary does none of their work. */
export function onlyWorkersStarted(primary: Program): void {
  const count = announced(primary, 'started').length
  expectThat(
    count === workers,
    `${workers} announcements of "started", one of each cluster worker`,
    `there were ${count}`,
    primary.name,
  )
}

/** Devices of a user, which find a new place when they lose theirs. */
export function devices(
  stage: Stage,
  primary: Program,
  user: string,
  count: number,
): Promise<Device[]> {
  const names = Array.from({ length: count }, (_, i) => `${user}'s device ${i + 1}`)
  const options = { reconnects: true }
  return Promise.all(names.map((name) => deviceOf(stage, primary, user, name, options)))
}

/** A message reaches all of these devices, each once. */
export async function reaches(
  sender: Device,
  text: string,
  [from, to]: [string, string],
  all: Device[],
) {
  const message = { from, to, text }
  sendMessage(sender, message)
  for (const device of all) await hears(device, message)
  return () => {
    for (const device of all) heardOnce(device, message)
  }
}

/** Kills a cluster worker, and waits until another one has taken its place. */
export async function replaces(primary: Program): Promise<void> {
  const [victim = 0] = workersOf(primary)
  const before = new Set(workersOf(primary))
  send(victim, 'SIGKILL')
  const replaced = await look(primary, 5_000, () => {
    const fresh = workersOf(primary).filter((pid) => !before.has(pid))
    return (fresh.length > 0 && !workersOf(primary).includes(victim)) || undefined
  })
  if (!replaced) {
    throw new NotYet(
      'another cluster worker in the place of one that was killed',
      primary.instance.exit ? primary.describe() : `${workersOf(primary).length} are left`,
      primary.name,
    )
  }
  await saysOften(primary, 'started', workers + 1)
}

/** Kills all cluster workers at once. */
export function killsAll(primary: Program): void {
  for (const pid of workersOf(primary)) send(pid, 'SIGKILL')
}

/** A cluster worker that crashes whenever it starts is not started again without a pause. */
export async function pausesBetweenCrashes(primary: Program): Promise<void> {
  const known = new Set(workersOf(primary).slice(1))
  const crashes: number[] = []
  await look(primary, storm.withinMs, () => {
    for (const pid of workersOf(primary).filter((one) => !known.has(one))) {
      known.add(pid)
      crashes.push(performance.now())
      send(pid, 'SIGKILL')
    }
    const calm = performance.now() - (crashes.at(-1) ?? Infinity) > calmMs
    return crashes.length >= storm.crashes || calm || undefined
  })
  // Pauses may grow, so the last ones count; of these the shortest: a busy machine makes longer ones.
  const pauses = crashes.map((at, i) => at - (crashes[i - 1] ?? -Infinity)).slice(-3)
  expectThat(
    crashes.length < storm.crashes || Math.min(...pauses) > storm.pauseMs,
    'a pause before a cluster worker that keeps crashing is started once more',
    `it was started ${crashes.length} times, one right after the other`,
    primary.name,
  )
}

function look<T>(primary: Program, withinMs: number, find: () => T | undefined) {
  return waitFor({
    look: () => find() ?? (primary.instance.exit ? null : undefined),
    watch: every(25),
    withinMs,
    signal: AbortSignal.timeout(withinMs * 20),
  }).then((found) => found ?? undefined)
}
