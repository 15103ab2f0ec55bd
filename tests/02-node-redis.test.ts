import { mistakes, starter } from './mistakes/02-node-redis.ts'
import { rightAnswers } from './right-answers/02-node-redis.ts'
import { type Program, deadPort, expectThat, gate, user } from './support/index.ts'

gate('02-node-redis', { mistakes, starter, rightAnswers }, (goal) => {
  goal('sends `PING` and prints `connected to HOST:PORT`', async (stage) => {
    await connects(await stage.start('web.1'))
  })

  goal(
    'takes host, port, username, password and TLS from the first variable that is set',
    async (stage) => {
      stage.configure(...user('ada', 'p@ss:w/rd'), '--requirepass', 'swordfish')
      const other = `redis://127.0.0.1:${await deadPort()}`
      const credentials = 'ada:p%40ss%3Aw%2Frd@'
      await Promise.all([
        connects(await stage.start('web.1', { host: 'localhost', credentials: ':swordfish@' })),
        connects(await stage.start('web.2', { credentials, tls: true })),
        connects(
          await stage.start('web.3', {
            credentials,
            vars: (url) => ({ REDISCLOUD_URL: url, REDISTOGO_URL: other }),
          }),
        ),
      ])
    },
  )

  goal(
    'says `connection lost` and `reconnected` when Redis goes and comes back, as often as that happens',
    async (stage) => {
      const web1 = await stage.start('web.1')
      await connects(web1)
      for (const time of [1, 2]) {
        const before = web1.printed('reconnected').length
        await web1.tap.down()
        await web1.prints('connection lost', time)
        await web1.tap.up()
        await web1.prints('reconnected', before + 1)
      }
    },
  )

  goal('says so when Redis refuses at the start, and connects when it comes', async (stage) => {
    const web1 = await stage.start('web.1', { down: true })
    await web1.until('web.1 to try again when Redis refuses', () => web1.instance.dialled[1])
    await web1.until('web.1 to say in a line that Redis refuses', () =>
      web1.instance.lines.find(({ text }) => text.trim()),
    )
    expectThat(
      web1.printed('connected to').length === 0,
      'no "connected to" while Redis refuses',
      'web.1 printed it before it was connected',
    )
    await web1.tap.up()
    await connects(web1)
  })
})

async function connects(program: Program): Promise<void> {
  const { name, redis } = program
  await program.command(
    'PING',
    `${name} to send PING and get PONG`,
    ({ reply }) => reply === 'PONG',
  )
  await program.prints(`connected to ${redis.host}:${redis.port}`)
}
