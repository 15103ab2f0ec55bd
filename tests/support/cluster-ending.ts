import { send } from '../../workshop/supervisor/processes.ts'
import { announced, workers, workersOf } from './cluster.ts'
import { howItEnded } from './evidence.ts'
import { NotYet, expectThat } from './failure.ts'
import type { Program } from './program.ts'

// How a cluster ends: what the gate of the clustered chat says of it.

/** SIGTERM for the primary alone, as a PaaS sends it. */
export async function endsBySigterm(primary: Program): Promise<void> {
  const before = new Set(workersOf(primary))
  primary.signal('SIGTERM')
  const exit = await endsWith(primary, before, 'SIGTERM')
  allSaidFarewell(primary, 'SIGTERM')
  expectThat(
    exit.code === 0 || exit.signal === 'SIGTERM',
    'the primary to end with exit code 0 after SIGTERM',
    howItEnded(exit),
    primary.name,
  )
  leftNobody(primary)
}

/** Ctrl+C: SIGINT for every process of the group. */
export async function endsByCtrlC(primary: Program): Promise<void> {
  const before = new Set(workersOf(primary))
  send(-primary.instance.pid, 'SIGINT')
  await endsWith(primary, before, 'Ctrl+C')
  allSaidFarewell(primary, 'Ctrl+C')
  leftNobody(primary)
}

// Whether somebody new is there shows in the processes: on a busy machine it may not have said so yet.
async function endsWith(primary: Program, before: ReadonlySet<number>, told: string) {
  const expected = `web.1 to end within 2 seconds of ${told}`
  const exit = await primary.within(2_000, () => primary.instance.exit)
  if (exit) return exit
  const fresh = workersOf(primary).filter((pid) => !before.has(pid)).length
  const meanwhile = fresh > 0 ? `, and has started ${fresh} cluster workers meanwhile` : ''
  throw new NotYet(expected, `it is still running after 2 seconds${meanwhile}`, primary.name)
}

function allSaidFarewell(primary: Program, after: string): void {
  const count = announced(primary, 'stopped').length
  expectThat(
    count === workers,
    `${workers} times {"instance":…,"event":"stopped"} on "instances" after ${after}`,
    `${count} of them`,
    primary.name,
  )
}

function leftNobody({ instance, name }: Program): void {
  const left = instance.exit?.leftBehind.length ?? 0
  expectThat(
    left === 0,
    'the primary to end last, when its cluster workers are gone',
    `it left ${left} behind`,
    name,
  )
}
