import { connectionsOf } from './connections.ts'
import { NotYet } from './failure.ts'
import { ready, started } from './instances.ts'
import type { Program } from './program.ts'
import type { Stage } from './stage.ts'

// Experiments for the diagnosis: done only when a goal has failed, to tell its causes apart.
// They never change the verdict.

/** Plays, and when that fails makes an experiment before the failure goes on its way. */
export async function orElse<T>(
  stage: Stage,
  play: () => T | Promise<T>,
  experiment: () => Promise<unknown>,
): Promise<T> {
  try {
    return await play()
  } catch (error) {
    if (!(error instanceof NotYet)) throw error
    // What is shown to the learner ends here.
    stage.keepScene()
    await experiment()
    throw error
  }
}

/** Does it speak, or print, when somebody else does? */
export async function provoke(stage: Stage, program: Program): Promise<void> {
  const [name, before] = [stage.newName(), program.sent('PUBLISH').length]
  await stage.publish('instances', JSON.stringify(started(name)))
  await program.within(500, () => {
    const prints = program.printed(`${name} started`).length > 0
    return prints || program.sent('PUBLISH').length > before || undefined
  })
}

/** Does it print once more what it has printed before, of itself and of others? */
export async function repeat(stage: Stage, program: Program): Promise<void> {
  const [name, last] = [stage.newName(), stage.newName()]
  for (const who of [program.name, name, name, last]) {
    await stage.publish('instances', JSON.stringify(started(who)))
  }
  await program.within(500, () => program.printed(`${last} started`)[0])
}

/** Does it publish while this connection is not greeted yet? And does that keep it waiting? */
export async function greetLate(stage: Stage, connection: number): Promise<void> {
  const holdBack = (command: { connection: number }) => command.connection === connection
  const program = await stage.start('web.2', { holdBack })
  const subscribes = () => program.sent('SUBSCRIBE')[0]
  const publish = () => program.sent('PUBLISH')[0]
  const moment = program.within(2_000, publish).then(() => program.within(200, subscribes))
  program.tap.hold(({ name }) => name === 'PUBLISH', moment)
  await moment
}

/** Does another instance survive when it is the connection that listens which is cut? */
export async function cutListener(stage: Stage): Promise<void> {
  const program = await ready(stage, 'web.2')
  const mark = stage.recording.mark()
  program.tap.cut(connectionsOf(program).listener)
  await program.within(2_000, () => {
    const back = program.wire.some(({ kind, seq }) => kind === 'open' && seq >= mark)
    return back || program.instance.exit
  })
}
