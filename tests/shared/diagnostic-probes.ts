import { connectionsOf } from './connections.ts'
import { ExpectationFailed } from '../../workshop/check/expectation.ts'
import { startAnnounced, started } from './announcements.ts'
import type { AppUnderTest } from '../../workshop/check/app-under-test.ts'
import type { TestBed } from '../../workshop/check/test-bed.ts'

// Experiments for the diagnosis: done only when a goal has failed, to tell its causes apart.
// They never change the verdict.

/** Plays, and when that fails makes an experiment before the failure goes on its way. */
export async function withProbe<T>(
  stage: TestBed,
  play: () => T | Promise<T>,
  experiment: () => Promise<unknown>,
): Promise<T> {
  try {
    return await play()
  } catch (error) {
    if (!(error instanceof ExpectationFailed)) throw error
    // What is shown to the learner ends here.
    stage.freezeEvidence()
    await experiment()
    throw error
  }
}

/** Does it speak, or print, when somebody else does? */
export async function probeReaction(stage: TestBed, program: AppUnderTest): Promise<void> {
  const [name, before] = [stage.newInstanceName(), program.sentCommands('PUBLISH').length]
  await stage.publish('instances', JSON.stringify(started(name)))
  await program.poll(500, () => {
    const prints = program.outputLines(`${name} started`).length > 0
    return prints || program.sentCommands('PUBLISH').length > before || undefined
  })
}

/** Does it print once more what it has printed before, of itself and of others? */
export async function probeRepeat(stage: TestBed, program: AppUnderTest): Promise<void> {
  const [name, last] = [stage.newInstanceName(), stage.newInstanceName()]
  for (const who of [program.name, name, name, last]) {
    await stage.publish('instances', JSON.stringify(started(who)))
  }
  await program.poll(500, () => program.outputLines(`${last} started`)[0])
}

/** Does it publish while this connection is not greeted yet? And does that keep it waiting? */
export async function probeSlowHandshake(stage: TestBed, connection: number): Promise<void> {
  const holdCommands = (command: { connection: number }) => command.connection === connection
  const program = await stage.start('web.2', { holdCommands })
  const subscribes = () => program.sentCommands('SUBSCRIBE')[0]
  const publish = () => program.sentCommands('PUBLISH')[0]
  const moment = program.poll(2_000, publish).then(() => program.poll(200, subscribes))
  program.tap.holdCommand(({ name }) => name === 'PUBLISH', moment)
  await moment
}

/** Does another instance survive when it is the connection that listens which is cut? */
export async function probeSubscriberCut(stage: TestBed): Promise<void> {
  const program = await startAnnounced(stage, 'web.2')
  const mark = stage.recording.nextSeq()
  program.tap.disconnect(connectionsOf(program).listener)
  await program.poll(2_000, () => {
    const back = program.wire.some(({ kind, seq }) => kind === 'open' && seq >= mark)
    return back || program.instance.exit
  })
}
