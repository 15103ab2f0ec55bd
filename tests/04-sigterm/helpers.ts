import { once } from 'node:events'
import { resemblesPublish, describePublish } from '../../workshop/check/channels.ts'
import { ExpectationFailed, expectTrue } from '../../workshop/check/expectation.ts'
import { startAnnounced, started, stopped } from '../shared/announcements.ts'
import { hasFields } from '../../workshop/check/json.ts'
import type { AppUnderTest } from '../../workshop/check/app-under-test.ts'
import type { TestBed } from '../../workshop/check/test-bed.ts'

/** Starts an instance and waits until it hears itself and, if it ever will, catches SIGTERM. */
export async function startReady(stage: TestBed, name: string): Promise<AppUnderTest> {
  const program = await startAnnounced(stage, name)
  await program.poll(1_000, () => program.receivedMessages(name, 'started')[0])
  await program.poll(1_000, () => catches(program, 'SIGTERM') || undefined)
  return program
}

/** Sends it SIGTERM twice, the second time while its `stopped` message is on the way. */
export async function sendSignalTwice(program: AppUnderTest): Promise<void> {
  const over = new AbortController()
  const released = once(over.signal, 'abort')
  // A slow Redis keeps the farewell under way while the signal comes again.
  program.proxy.holdCommand(
    ({ args }) => hasFields(args[1] ?? '', stopped(program.name)),
    released,
  )
  const before = program.sentCommands('PUBLISH').length
  program.sendSignal('SIGTERM')
  try {
    await waitForStopped(program, before)
    program.sendSignal('SIGTERM')
    const exit = await program.poll(150, () => program.instance.exit)
    expectTrue(
      exit?.signal !== 'SIGTERM',
      'the shutdown to go on when SIGTERM arrives twice',
      'the second SIGTERM ended the process',
      program.name,
    )
  } finally {
    over.abort()
  }
  await program.poll(1_000, () => program.instance.exit)
}

function waitForStopped(program: AppUnderTest, before: number): Promise<unknown> {
  const expected = stopped(program.name)
  const instead = () =>
    program
      .sentCommands('PUBLISH')
      .slice(before)
      .find(({ args }) => resemblesPublish(args, 'instances', expected))
  return program.waitUntil(
    `${program.name} to publish ${JSON.stringify(expected)} on "instances"`,
    () => stoppedMessages(program)[0],
    {
      withinMs: 2_000,
      shortenWhen: () => instead() !== undefined,
      received: () => describePublish(instead()),
    },
  )
}

/** Proves that it says farewell once, and that a second signal is no accident. */
export function expectStoppedOnce(program: AppUnderTest): void {
  const { exit, lines } = program.instance
  const times = stoppedMessages(program).length
  const expected = 'one farewell, also when the signal comes twice'
  expectTrue(times === 1, expected, `it published it ${times} times`, program.name)
  // Node signs what it writes about an error that nobody caught.
  const crashed = exit?.code && lines.some(({ text }) => /^Node\.js v\d/.test(text))
  expectTrue(!crashed, expected, `it ended with exit code ${exit?.code}`, program.name)
}

/** Whether it has a handler for this signal. */
export function catches(program: AppUnderTest, signal: NodeJS.Signals): boolean {
  return program.instance.signalHandlers.includes(signal)
}

/** The farewells it has published. */
export function stoppedMessages(program: AppUnderTest) {
  return program.publishedMessages('instances', stopped(program.name))
}

/** Does it say farewell in the end? And another one, to which the signal comes once? */
export async function probeLateMessage(stage: TestBed, program: AppUnderTest): Promise<void> {
  await program.poll(1_500, () => stoppedMessages(program)[0] ?? program.instance.exit)
  await probeSingleSignal(stage)
}

/** With every connection closed, does it end in the end? */
export async function probeLateExit(program: AppUnderTest): Promise<void> {
  if (program.proxy.openConnections().length > 0) return
  await program.poll(5_000, () => program.instance.exit)
}

/** Does it say farewell when it has heard somebody before, and the signal comes once? */
export async function probeSingleSignal(stage: TestBed): Promise<void> {
  const program = await startAnnounced(stage, 'web.2').catch((error: unknown) => {
    if (error instanceof ExpectationFailed) return undefined
    throw error
  })
  if (!program) return
  const [name, last] = [stage.newInstanceName(), stage.newInstanceName()]
  const news = [name, name, last].map((who) => JSON.stringify(started(who)))
  await stage.publish('instances', ...news)
  // What it does with a message it has done with all of them, before the signal comes.
  await program.poll(
    500,
    () => program.outputLines(`${last} started`)[0] ?? program.instance.exit,
  )
  await program.poll(500, () => catches(program, 'SIGTERM') || undefined)
  program.sendSignal('SIGTERM')
  await program.poll(1_000, () => program.instance.exit)
}
