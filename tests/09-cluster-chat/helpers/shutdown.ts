import { sendSignal } from '../../../workshop/process/processes.ts'
import { announcements, workerCount, workerPids } from './cluster.ts'
import { describeExit } from '../../../workshop/check/evidence.ts'
import { ExpectationFailed, expectTrue } from '../../../workshop/check/expectation.ts'
import type { AppUnderTest } from '../../../workshop/check/app-under-test.ts'

// How a cluster ends: what the gate of the clustered chat says of it.

/** SIGTERM for the primary alone, as a PaaS sends it. */
export async function expectSigtermShutdown(primary: AppUnderTest): Promise<void> {
  const before = new Set(workerPids(primary))
  primary.sendSignal('SIGTERM')
  const exit = await expectShutdown(primary, before, 'SIGTERM')
  expectAllStopped(primary, 'SIGTERM')
  expectTrue(
    exit.code === 0 || exit.signal === 'SIGTERM',
    'the primary to end with exit code 0 after SIGTERM',
    describeExit(exit),
    primary.name,
  )
  expectNoProcessesLeft(primary)
}

/** Ctrl+C: SIGINT for every process of the group. */
export async function expectSigintShutdown(primary: AppUnderTest): Promise<void> {
  const before = new Set(workerPids(primary))
  sendSignal(-primary.instance.pid, 'SIGINT')
  await expectShutdown(primary, before, 'Ctrl+C')
  expectAllStopped(primary, 'Ctrl+C')
  expectNoProcessesLeft(primary)
}

// Whether somebody new is there shows in the processes: on a busy machine it may not have said so yet.
async function expectShutdown(
  primary: AppUnderTest,
  before: ReadonlySet<number>,
  told: string,
) {
  const expected = `web.1 to end within 2 seconds of ${told}`
  const exit = await primary.poll(2_000, () => primary.instance.exit)
  if (exit) return exit
  const fresh = workerPids(primary).filter((pid) => !before.has(pid)).length
  const meanwhile = fresh > 0 ? `, and has started ${fresh} cluster workers meanwhile` : ''
  throw new ExpectationFailed(
    expected,
    `it is still running after 2 seconds${meanwhile}`,
    primary.name,
  )
}

function expectAllStopped(primary: AppUnderTest, after: string): void {
  const count = announcements(primary, 'stopped').length
  expectTrue(
    count === workerCount,
    `${workerCount} times {"instance":…,"event":"stopped"} on "instances" after ${after}`,
    `${count} of them`,
    primary.name,
  )
}

function expectNoProcessesLeft({ instance, name }: AppUnderTest): void {
  const left = instance.exit?.orphans.length ?? 0
  expectTrue(
    left === 0,
    'the primary to end last, when its cluster workers are gone',
    `it left ${left} behind`,
    name,
  )
}
