import { once } from 'node:events'
import { isLike, publication } from './channels.ts'
import { NotYet, expectThat } from './failure.ts'
import { ready, started, stopped } from './instances.ts'
import { matches } from './message.ts'
import type { Program } from './program.ts'
import type { Stage } from './stage.ts'

/** Starts an instance and waits until it hears itself and, if it ever will, catches SIGTERM. */
export async function settled(stage: Stage, name: string): Promise<Program> {
  const program = await ready(stage, name)
  await program.prints(`${name} started`)
  await program.within(1_000, () => catches(program, 'SIGTERM') || undefined)
  return program
}

/** Sends it SIGTERM twice, the second time in the middle of its farewell. */
export async function signalTwice(program: Program): Promise<void> {
  const over = new AbortController()
  const released = once(over.signal, 'abort')
  // A slow Redis keeps the farewell under way while the signal comes again.
  program.tap.hold(({ args }) => matches(args[1] ?? '', stopped(program.name)), released)
  const before = program.sent('PUBLISH').length
  program.signal('SIGTERM')
  try {
    await farewell(program, before)
    program.signal('SIGTERM')
    await program.within(150, () => program.instance.exit)
  } finally {
    over.abort()
  }
  await program.within(1_000, () => program.instance.exit)
}

function farewell(program: Program, before: number): Promise<unknown> {
  const expected = stopped(program.name)
  const instead = () =>
    program
      .sent('PUBLISH')
      .slice(before)
      .find(({ args }) => isLike(args, 'instances', expected))
  return program.until(
    `${program.name} to publish ${JSON.stringify(expected)} on "instances"`,
    () => farewells(program)[0],
    {
      withinMs: 2_000,
      hurried: () => instead() !== undefined,
      received: () => publication(instead()),
    },
  )
}

/** Proves that it says farewell once, and that a second signal is no accident. */
export function saysFarewellOnce(program: Program): void {
  const { exit, lines } = program.instance
  const times = farewells(program).length
  const expected = 'one farewell, also when the signal comes twice'
  expectThat(times === 1, expected, `it published it ${times} times`, program.name)
  // Node signs what it writes about an error that nobody caught.
  const crashed = exit?.code && lines.some(({ text }) => /^Node\.js v\d/.test(text))
  expectThat(!crashed, expected, `it ended with exit code ${exit?.code}`, program.name)
}

/** Whether it has a handler for this signal. */
export function catches(program: Program, signal: NodeJS.Signals): boolean {
  return program.instance.listensTo.includes(signal)
}

/** The farewells it has published. */
export function farewells(program: Program) {
  return program.publications('instances', stopped(program.name))
}

/** Does it say farewell in the end? And another one, to which the signal comes once? */
export async function speaksLate(stage: Stage, program: Program): Promise<void> {
  await program.within(1_500, () => farewells(program)[0] ?? program.instance.exit)
  await signalOnce(stage)
}

/** With every connection closed, does it end in the end? */
export async function endsLate(program: Program): Promise<void> {
  if (program.tap.openConnections().length > 0) return
  await program.within(5_000, () => program.instance.exit)
}

/** Does it say farewell when it has heard somebody before, and the signal comes once? */
export async function signalOnce(stage: Stage): Promise<void> {
  const program = await ready(stage, 'web.2').catch((error: unknown) => {
    if (error instanceof NotYet) return undefined
    throw error
  })
  if (!program) return
  const [name, last] = [stage.newName(), stage.newName()]
  const news = [name, name, last].map((who) => JSON.stringify(started(who)))
  await stage.publish('instances', ...news)
  // What it does with a message it has done with all of them, before the signal comes.
  await program.within(
    500,
    () => program.printed(`${last} started`)[0] ?? program.instance.exit,
  )
  await program.within(500, () => catches(program, 'SIGTERM') || undefined)
  program.signal('SIGTERM')
  await program.within(1_000, () => program.instance.exit)
}
