import { isCommand } from '../../workshop/check/evidence.ts'
import { expectTrue } from '../../workshop/check/expectation.ts'
import { expectHandledOnce } from './announcements.ts'
import type { AppUnderTest } from '../../workshop/check/app-under-test.ts'
import type { TestBed } from '../../workshop/check/test-bed.ts'

/** The open connections of a program that listens: the one it listens on, and the others. */
export function connectionsOf(program: AppUnderTest): { listener: number; others: number[] } {
  const subscribe = program.wire
    .filter(isCommand)
    .find(({ name }) => name.endsWith('SUBSCRIBE'))
  const listener = subscribe?.connection ?? 0
  const others = program.tap.openConnections().filter((number) => number !== listener)
  return { listener, others }
}

/** Cuts a connection, and proves that it comes back and that the program hears as before. */
export async function expectReconnects(
  stage: TestBed,
  program: AppUnderTest,
  connection: number,
): Promise<void> {
  const many = program.tap.openConnections().length
  const mark = stage.recording.nextSeq()
  program.tap.disconnect(connection)
  await program.waitUntil(`${program.name} to open the connection that was cut again`, () =>
    program.wire.find(({ kind, seq }) => kind === 'open' && seq >= mark),
  )
  await program.waitUntil(`${many} connections, as before the cut`, () =>
    program.tap.openConnections().length >= many ? true : undefined,
  )
  await program.waitForResubscription('instances')
  // The first message may come so soon that the program has not yet noticed it is back.
  await expectHandledOnce(stage, program)
  await expectHandledOnce(stage, program)
}

/** Proves that both stay open, and that messages do not make it open more and more of them. */
export async function expectNoNewConnections(
  stage: TestBed,
  program: AppUnderTest,
): Promise<void> {
  const counts: number[] = []
  for (let round = 0; round < 3; round++) {
    await expectHandledOnce(stage, program)
    counts.push(program.instance.connectAttempts.length)
  }
  expectTrue(
    program.tap.openConnections().length > 1,
    `${program.name} to keep both connections open`,
    'only one of them is open',
    program.name,
  )
  const [first = 0, second = 0, third = 0] = counts
  expectTrue(
    first >= second || second >= third,
    `${program.name} to handle messages with the connections it has`,
    `with every message it opens more of them: ${counts.join(', ')}`,
    program.name,
  )
}
