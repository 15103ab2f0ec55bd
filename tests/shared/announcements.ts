import { ExpectationFailed, expectTrue } from '../../workshop/check/expectation.ts'
import type { AppUnderTest } from '../../workshop/check/app-under-test.ts'
import type { TestBed } from '../../workshop/check/test-bed.ts'

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
export async function startAnnounced(stage: TestBed, name: string): Promise<AppUnderTest> {
  const program = await stage.start(name)
  await program.waitForSubscription('instances')
  await program.waitForPublish('instances', started(name))
  return program
}

/**
 * Announces somebody new, and proves that this program prints it exactly once.
 *
 * @param before a message that arrives in the same packet, just before
 */
export async function expectHandledOnce(
  stage: TestBed,
  program: AppUnderTest,
  ...before: string[]
): Promise<void> {
  const [name, next] = [stage.newInstanceName(), stage.newInstanceName()]
  // Whatever the program does with the first message, it has done before the second one,
  // which comes the same way, is printed: so nothing more can follow.
  await publishTo(stage, program, ...before, JSON.stringify(started(name)))
  await publishTo(stage, program, JSON.stringify(started(next)))
  await program.waitForOutput(`${next} started`)
  const printed = () => program.outputLines(`${name} started`)
  // Whoever listens on several connections hears it on each, and each has a pace of its own.
  if (program.receivedMessages(name).length > 1) await program.poll(1_000, () => printed()[1])
  const times = printed().length
  expectTrue(
    times === 1,
    `${program.name} to print "${name} started" once, as that message was sent once`,
    times === 0 ? 'it did not print it' : `it printed it ${times} times`,
    program.name,
  )
}

/** Tells this program something, and fails when it does not listen. */
export async function publishTo(
  stage: TestBed,
  program: AppUnderTest,
  ...messages: string[]
): Promise<void> {
  const receivers = await stage.publish('instances', ...messages)
  if (receivers > 0) return
  throw new ExpectationFailed(
    `${program.name} to listen on "instances"`,
    'PUBLISH answered 0: nobody listens',
    program.name,
  )
}

/** Publishes nonsense, and proves that it warns, prints nothing as an event, and goes on. */
export async function expectWarning(
  stage: TestBed,
  program: AppUnderTest,
  nonsense: string,
): Promise<void> {
  const before = program.instance.lines.length
  const since = () => program.instance.lines.slice(before)
  // The next message comes in the same packet: a handler that throws loses it.
  await expectHandledOnce(stage, program, nonsense)
  const bogus = since().find(
    ({ stream, text }) =>
      stream === 'stdout' && /^(\S+ )?(\S+ undefined|undefined \w+)$/.test(text),
  )
  expectTrue(
    !bogus,
    `${program.name} to ignore the message ${nonsense}`,
    `it printed "${bogus?.text}"`,
    program.name,
  )
  await program.waitUntil(
    `${program.name} to warn about the message ${nonsense}`,
    () => since().find(({ text }) => text.trim() && !/other\.\d+ started/i.test(text)),
    { withinMs: 1_000, received: () => 'it says nothing about it' },
  )
}
