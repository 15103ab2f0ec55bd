import { NotYet, expectThat } from './failure.ts'
import type { Program } from './program.ts'
import type { Stage } from './stage.ts'

// What the gates of steps 3 and 4 share: instances that tell each other who is there.

/** The announcement of an instance that has started. */
export function started(instance: string) {
  return { instance, event: 'started' }
}

/** The announcement of an instance that says farewell. */
export function stopped(instance: string) {
  return { instance, event: 'stopped' }
}

/** Starts an instance and waits until it listens and has said that it is there. */
export async function ready(stage: Stage, name: string): Promise<Program> {
  const program = await stage.start(name)
  await program.subscribed('instances')
  await program.published('instances', started(name))
  return program
}

/**
 * Announces somebody new, and proves that this program prints it exactly once.
 *
 * @param before a message that arrives in the same packet, just before
 */
export async function hearsOnce(
  stage: Stage,
  program: Program,
  ...before: string[]
): Promise<void> {
  const [name, next] = [stage.newName(), stage.newName()]
  // Whatever the program does with the first message, it has done before the second one,
  // which comes the same way, is printed: so nothing more can follow.
  await announce(stage, program, ...before, JSON.stringify(started(name)))
  await announce(stage, program, JSON.stringify(started(next)))
  await program.prints(`${next} started`)
  const printed = () => program.printed(`${name} started`)
  // Whoever listens on several connections hears it on each, and each has a pace of its own.
  if (program.delivered(name).length > 1) await program.within(1_000, () => printed()[1])
  const times = printed().length
  expectThat(
    times === 1,
    `${program.name} to print "${name} started" once, as that message was sent once`,
    times === 0 ? 'it did not print it' : `it printed it ${times} times`,
    program.name,
  )
}

/** Tells this program something, and fails when it does not listen. */
export async function announce(
  stage: Stage,
  program: Program,
  ...messages: string[]
): Promise<void> {
  const receivers = await stage.publish('instances', ...messages)
  if (receivers > 0) return
  throw new NotYet(
    `${program.name} to listen on "instances"`,
    'PUBLISH answered 0: nobody listens',
    program.name,
  )
}

/** Publishes nonsense, and proves that it warns, prints nothing as an event, and goes on. */
export async function warnsAbout(
  stage: Stage,
  program: Program,
  nonsense: string,
): Promise<void> {
  const before = program.instance.lines.length
  const since = () => program.instance.lines.slice(before)
  // The next message comes in the same packet: a handler that throws loses it.
  await hearsOnce(stage, program, nonsense)
  const bogus = since().find(
    ({ stream, text }) =>
      stream === 'stdout' && /^(\S+ )?(\S+ undefined|undefined \w+)$/.test(text),
  )
  expectThat(
    !bogus,
    `${program.name} to ignore the message ${nonsense}`,
    `it printed "${bogus?.text}"`,
    program.name,
  )
  await program.until(
    `${program.name} to warn about the message ${nonsense}`,
    () => since().find(({ text }) => text.trim() && !/other\.\d+ started/i.test(text)),
    { withinMs: 1_000, received: () => 'it says nothing about it' },
  )
}
