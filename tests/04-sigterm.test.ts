import { mistakes, starter } from './mistakes/04-sigterm.ts'
import { rightAnswers } from './right-answers/04-sigterm.ts'
import { expectThat, gate, hearsOnce, howItEnded, ready, stopped } from './support/index.ts'

gate('04-sigterm', { mistakes, starter, rightAnswers }, (goal) => {
  goal('on SIGTERM publishes `{"instance":DYNO,"event":"stopped"}`, once', async (stage) => {
    const web1 = await ready(stage, 'web.1')
    web1.signal('SIGTERM')
    await web1.published('instances', stopped('web.1'))
    web1.signal('SIGTERM')
    await web1.ends('web.1 to end after its farewell')
    const farewells = web1.publications('instances', stopped('web.1')).length
    expectThat(
      farewells === 1,
      'one farewell, also when the signal comes twice',
      `${farewells}`,
    )
  })

  goal('closes both connections and exits with code 0 within 2 seconds', async (stage) => {
    const web1 = await ready(stage, 'web.1')
    web1.signal('SIGTERM')
    const exit = await web1.ends('web.1 to end within 2 seconds of SIGTERM', 2_000)
    const saidFarewell = web1.publications('instances', stopped('web.1')).length === 1
    // To send oneself the signal again, after the farewell, is the older way to end well.
    const well = exit.code === 0 || (exit.signal === 'SIGTERM' && saidFarewell)
    expectThat(well, 'web.1 to end with exit code 0', `it ended with ${howItEnded(exit)}`)
  })

  goal('prints `web.2 stopped` when another instance says farewell', async (stage) => {
    const web1 = await ready(stage, 'web.1')
    const web2 = await ready(stage, 'web.2')
    web2.signal('SIGTERM')
    await web1.prints('web.2 stopped')
  })

  goal('warns about a message that is not such JSON, and goes on', async (stage) => {
    const web1 = await ready(stage, 'web.1')
    await web1.prints('web.1 started')
    for (const nonsense of ['not json', 'null', '42', '{}']) {
      const before = web1.instance.lines.length
      await stage.publish('instances', nonsense)
      await hearsOnce(stage, web1)
      const said = web1.instance.lines.slice(before).map(({ text }) => text)
      expectThat(
        said.some((text) => !/^\s*other\.\d+ started/.test(text)) || nonsense !== 'not json',
        `web.1 to warn about the message ${nonsense}`,
        'it says nothing about it',
      )
      const bogus = said.find((text) => text.includes('undefined undefined'))
      expectThat(!bogus, `web.1 to ignore the message ${nonsense}`, `it printed "${bogus}"`)
    }
  })

  goal('still hears every instance that starts', async (stage) => {
    const web1 = await ready(stage, 'web.1')
    await web1.prints('web.1 started')
    await ready(stage, 'web.2')
    await web1.prints('web.2 started')
  })
})
