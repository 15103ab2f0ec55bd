import { spawnSync } from 'node:child_process'
import {
  type AppUnderTest,
  type SocketClient,
  type StartOptions,
  type TestBed,
  failUnless,
  parseJsonObject,
  groupMembers,
  parentOf,
  sendSignal,
} from '../../../workshop/check/suite.ts'
import { connectDevice } from '../../shared/chat.ts'

// The app that the test bed starts is the primary; its cluster workers are the other processes of
// its group, and use the same proxy.

/** How many cluster workers there are to be. */
export const workerCount = 4
// The four are forked together. When the next announcement takes longer than this, none comes.
const quietMs = 3_000
// The lookup of a port's owner with lsof takes seconds on some networks.
const startMs = 20_000

/** The processes that the primary has started and that still run. What they start is not counted. */
export function workerPids({ instance: { pid: primary, exit } }: AppUnderTest): number[] {
  if (exit) return []
  const others = groupMembers(primary).filter((pid) => pid !== primary)
  return others.filter((pid) => (parentOf(pid) ?? primary) === primary)
}

/** What its cluster workers have announced so far: `started` or `stopped`. */
export function announcements(app: AppUnderTest, event: 'started' | 'stopped') {
  return app.publishedMessages('instances', { event })
}

/** The fact that not all have announced this, or not each under a name of its own. */
export function announcementFact(
  app: AppUnderTest,
  event: 'started' | 'stopped',
  expectation: string,
  expected = workerCount,
) {
  const instances = announcements(app, event).map(nameIn)
  const more = { expectation, workers: workerPids(app).length }
  const fact = { kind: 'announcement-count', app: app.name, channel: 'instances' } as const
  return { ...fact, event, expected, instances, ...more }
}

/** Starts the chat and waits until four cluster workers have announced themselves. */
export async function startCluster(
  testBed: TestBed,
  options: StartOptions = {},
): Promise<AppUnderTest> {
  const primary = await testBed.start('web.1', options)
  await waitForStart(testBed, primary)
  return primary
}

/** Waits until four cluster workers, each with a name of its own, have announced themselves. */
export async function waitForStart(testBed: TestBed, primary: AppUnderTest): Promise<void> {
  await waitForStarted(primary, workerCount, 'start')
  await primary.waitForHttp()
  await expectWorkerCount(testBed, primary, 'start')
  const names = new Set(announcements(primary, 'started').map(nameIn))
  failUnless(names.size >= workerCount, announcementFact(primary, 'started', 'start'))
}

async function waitForStarted(
  primary: AppUnderTest,
  times: number,
  expectation: string,
): Promise<void> {
  const count = () => announcements(primary, 'started').length
  let [seen, since] = [count(), primary.clock.now()]
  const isQuiet = () => {
    if (count() !== seen) [seen, since] = [count(), primary.clock.now()]
    return primary.clock.since(since).countedMs > quietMs
  }
  await primary.waitUntil(
    () => announcementFact(primary, 'started', expectation, times),
    () => count() >= times || undefined,
    {
      withinMs: startMs,
      shortenWhen: () => servesAlone(primary) || (isQuiet() && count() > 0),
    },
  )
}

// An app that serves by itself and has forked no process is no cluster.
function servesAlone(primary: AppUnderTest): boolean {
  return primary.instance.listening.includes(primary.port) && workerPids(primary).length === 0
}

/** It runs four cluster workers, neither more nor fewer. */
export async function expectWorkerCount(
  testBed: TestBed,
  primary: AppUnderTest,
  expectation: string,
): Promise<void> {
  const count = () => workerPids(primary).length
  await pollProcesses(testBed, primary, 1_500, () => count() === workerCount)
  failUnless(count() === workerCount, {
    kind: 'process-count',
    app: primary.name,
    expectation,
    expected: workerCount,
    seen: count(),
  })
}

/** The four alone have announced themselves: the primary does none of their work. */
export function expectOnlyWorkersAnnounced(primary: AppUnderTest): void {
  const fact = announcementFact(primary, 'started', 'start')
  failUnless(fact.instances.length === workerCount, fact)
}

/** Devices of a user, which reconnect when they lose their connection. */
export function connectDevices(
  testBed: TestBed,
  primary: AppUnderTest,
  user: string,
  count: number,
): Promise<SocketClient[]> {
  const names = Array.from({ length: count }, (_, i) => `${user}'s device ${i + 1}`)
  const options = { reconnects: true }
  return Promise.all(names.map((name) => connectDevice(testBed, primary, user, name, options)))
}

/**
 * Kills a cluster worker, and waits until another one has taken its place.
 *
 * @returns the pid of the new one
 */
export async function expectReplacesKilledWorker(
  testBed: TestBed,
  primary: AppUnderTest,
  victim: number,
  {
    expectation = 'replaced',
    signal = 'SIGKILL',
  }: { expectation?: string; signal?: 'SIGKILL' | 'SIGUSR2' } = {},
): Promise<number> {
  const before = new Set(workerPids(primary))
  const started = announcements(primary, 'started').length
  sendSignal(victim, signal)
  await pollProcesses(testBed, primary, 5_000, () => {
    const pids = workerPids(primary)
    return pids.some((pid) => !before.has(pid)) && !pids.includes(victim)
  })
  await expectWorkerCount(testBed, primary, expectation)
  await waitForStarted(primary, started + 1, expectation)
  // By now all have been forked that replace it.
  await expectWorkerCount(testBed, primary, expectation)
  // Two that are connected to Redis and have announced themselves under one name.
  const open = new Set(primary.proxy.openConnections())
  const running = announcements(primary, 'started').filter((one) => open.has(one.connection))
  const instances = running.map(nameIn)
  const fact = announcementFact(primary, 'started', expectation)
  failUnless(new Set(instances).size === instances.length, { ...fact, instances })
  return workerPids(primary).find((pid) => !before.has(pid)) ?? 0
}

/** Kills all cluster workers at once. */
export function killAllProcesses(primary: AppUnderTest): void {
  for (const pid of workerPids(primary)) sendSignal(pid, 'SIGKILL')
}

/** Whether `kill-port` can find the owner of a port on this machine. */
export function hasLsof(): boolean {
  return spawnSync('lsof', ['-v']).error === undefined
}

/** Starts the app on the PORT of one that is running, which has to end. */
export async function expectTakesPort(
  testBed: TestBed,
  old: AppUnderTest,
): Promise<AppUnderTest> {
  const port = String(old.port)
  const vars = (url: string) => ({ REDIS_URL: url, PORT: port })
  const primary = await testBed.start('web.2', { vars })
  const fact = { kind: 'exit-missing', app: old.name, withinMs: startMs } as const
  const isLost = () =>
    primary.instance.exit !== undefined || primary.outputLines('EADDRINUSE').length > 0
  const ended = await testBed.poll(() => old.instance.exit, {
    withinMs: startMs,
    shortenWhen: () => isLost() || announcements(primary, 'started').length >= workerCount,
  })
  const when = 'when web.2 is started on its PORT'
  failUnless(ended !== undefined, { ...fact, expectation: 'port-freed', when })
  await waitForStart(testBed, primary)
  return primary
}

/** The name in an announcement. */
function nameIn({ args: [, payload = ''] }: { args: readonly string[] }): string {
  return String(parseJsonObject(payload)['instance'])
}

/** Waits until its processes are like this, or it has ended. */
export async function pollProcesses(
  testBed: TestBed,
  primary: AppUnderTest,
  withinMs: number,
  fits: () => boolean,
): Promise<void> {
  await testBed.poll(() => fits() || primary.instance.exit || undefined, { withinMs })
}
