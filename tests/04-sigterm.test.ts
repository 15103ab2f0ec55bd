import { mistakes, starter } from './mistakes/04-sigterm.ts'
import { rightAnswers } from './right-answers/04-sigterm.ts'
import {
  endsLate,
  expectThat,
  farewells,
  gate,
  hearsOnce,
  howItEnded,
  orElse,
  ready,
  saysFarewellOnce,
  settled,
  signalOnce,
  signalTwice,
  speaksLate,
  warnsAbout,
} from './support/index.ts'

gate('04-sigterm', { mistakes, starter, rightAnswers }, (goal) => {
  goal('on SIGTERM publishes `{"instance":DYNO,"event":"stopped"}`, once', async (stage) => {
    const web1 = await settled(stage, 'web.1')
    await orElse(
      stage,
      () => signalTwice(web1),
      () => speaksLate(stage, web1),
    )
    await orElse(
      stage,
      () => saysFarewellOnce(web1),
      () => signalOnce(stage),
    )
  })

  goal('closes both connections and exits with code 0 within 2 seconds', async (stage) => {
    const web1 = await settled(stage, 'web.1')
    web1.signal('SIGTERM')
    const exit = await orElse(
      stage,
      () => web1.ends('web.1 to end within 2 seconds of SIGTERM', 2_000),
      () => endsLate(web1),
    )
    // To send oneself the signal again, after the farewell, is the older way to end well.
    const well = exit.code === 0 || (exit.signal === 'SIGTERM' && farewells(web1).length === 1)
    const received = `it ended with ${howItEnded(exit)}`
    expectThat(well, 'web.1 to end with exit code 0', received, 'web.1')
  })

  goal('prints `web.2 stopped` when another instance says farewell', async (stage) => {
    const web1 = await settled(stage, 'web.1')
    const web2 = await settled(stage, 'web.2')
    await hearsOnce(stage, web2)
    web2.signal('SIGTERM')
    await web1.prints('web.2 stopped')
    await hearsOnce(stage, web1)
    const times = web1.printed('web.2 stopped').length
    expectThat(
      times === 1,
      'web.1 to print "web.2 stopped" once',
      `it printed it ${times} times`,
      'web.1',
    )
  })

  goal('warns about a message that is not such JSON, and goes on', async (stage) => {
    const web1 = await ready(stage, 'web.1')
    await web1.prints('web.1 started')
    await warnsAbout(stage, web1, 'not json')
    for (const other of ['null', '42', '[]', '"started"']) await warnsAbout(stage, web1, other)
    await warnsAbout(stage, web1, '{}')
    await warnsAbout(stage, web1, '{"instance":"web.9"}')
    await warnsAbout(stage, web1, '{"event":"started"}')
  })

  goal('still hears every instance that starts', async (stage) => {
    const web1 = await ready(stage, 'web.1')
    await web1.prints('web.1 started')
    await ready(stage, 'web.2')
    await web1.prints('web.2 started')
  })
})
