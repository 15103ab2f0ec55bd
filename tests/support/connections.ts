import { isCommand } from './evidence.ts'
import { expectThat } from './failure.ts'
import { hearsOnce } from './instances.ts'
import type { Program } from './program.ts'
import type { Stage } from './stage.ts'

/** The open connections of a program that listens: the one it listens on, and the others. */
export function connectionsOf(program: Program): { listener: number; others: number[] } {
  const subscribe = program.wire
    .filter(isCommand)
    .find(({ name }) => name.endsWith('SUBSCRIBE'))
  const listener = subscribe?.connection ?? 0
  const others = program.tap.openConnections().filter((number) => number !== listener)
  return { listener, others }
}

/** Cuts a connection, and proves that it comes back and that the program hears as before. */
export async function survives(
  stage: Stage,
  program: Program,
  connection: number,
): Promise<void> {
  const many = program.tap.openConnections().length
  const mark = stage.recording.mark()
  program.tap.cut(connection)
  await program.until(`${program.name} to open the connection that was cut again`, () =>
    program.wire.find(({ kind, seq }) => kind === 'open' && seq >= mark),
  )
  await program.until(`${many} connections, as before the cut`, () =>
    program.tap.openConnections().length >= many ? true : undefined,
  )
  await program.listens('instances')
  // The first message may come so soon that the program has not yet noticed it is back.
  await hearsOnce(stage, program)
  await hearsOnce(stage, program)
}

/** Proves that both stay open, and that messages do not make it open more and more of them. */
export async function keepsItsConnections(stage: Stage, program: Program): Promise<void> {
  const counts: number[] = []
  for (let round = 0; round < 3; round++) {
    await hearsOnce(stage, program)
    counts.push(program.instance.dialled.length)
  }
  expectThat(
    program.tap.openConnections().length > 1,
    `${program.name} to keep both connections open`,
    'only one of them is open',
    program.name,
  )
  const [first = 0, second = 0, third = 0] = counts
  expectThat(
    first >= second || second >= third,
    `${program.name} to handle messages with the connections it has`,
    `with every message it opens more of them: ${counts.join(', ')}`,
    program.name,
  )
}
