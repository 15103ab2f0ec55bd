import { mistakes, starter } from './mistakes/02-node-redis.ts'
import { rightAnswers } from './right-answers/02-node-redis.ts'
import {
  type Program,
  asUrl,
  deadPort,
  expectThat,
  gate,
  isCommand,
  user,
} from './support/index.ts'

gate('02-node-redis', { mistakes, starter, rightAnswers }, (goal) => {
  goal('sends `PING` and prints `connected to HOST:PORT`', async (stage) => {
    await connects(await stage.start('web.1'))
  })

  goal(
    'takes host, port, username, password and TLS from the first variable that is set',
    async (stage) => {
      stage.configure('--requirepass', 'swordfish', ...user('ada@paas', 'p@ss:w/örd'))
      const other = `redis://127.0.0.1:${await deadPort()}`
      const vars = (url: string) => ({ REDISCLOUD_URL: url, REDISTOGO_URL: other })
      const credentials = `${asUrl('ada@paas', 'p@ss:w/örd')}@`
      const programs = await Promise.all([
        stage.start('web.1', { host: 'localhost', credentials: ':swordfish@' }),
        stage.start('web.2', { credentials, tls: true }),
        stage.start('web.3', { credentials, vars }),
      ])
      for (const program of programs) await connects(program)
    },
  )

  goal(
    'says `connection lost` and `reconnected` when Redis goes and comes back, as often as that happens',
    async (stage) => {
      const web1 = await stage.start('web.1')
      await connects(web1)
      const [early] = web1.printed('reconnected')
      expectThat(
        !early,
        'web.1 to print "reconnected" when it is connected again',
        `it printed "${early?.text}" although the connection had never been lost`,
        web1.name,
      )
      await loses(web1, 'the first time', 'blink')
      await loses(web1, 'the second time', 'outage')
    },
  )

  goal('says so when Redis refuses at the start, and connects when it comes', async (stage) => {
    const web1 = await stage.start('web.1', { down: true })
    await web1.until('web.1 to try again when Redis refuses', () => web1.instance.dialled[1])
    await web1.until(
      'web.1 to say in a line that Redis refuses',
      () => web1.instance.lines.find(({ text }) => text.trim()),
      { withinMs: 1_000 },
    )
    await web1.within(50, () => web1.instance.exit) // That attempt has failed by then.
    await web1.tap.up()
    const came = performance.now()
    await connects(web1)
    const early = claims(web1).find(({ at }) => at < came)
    expectThat(
      !early,
      'web.1 to say that it is connected when it is',
      `it printed "${early?.text}" while Redis refused`,
      web1.name,
    )
  })
})

async function connects(program: Program): Promise<void> {
  const { name, redis } = program
  await program.command(
    'PING',
    `${name} to send PING and get PONG`,
    ({ reply }) => reply === 'PONG',
    { hurried: () => claims(program).length > 0 },
  )
  const line = `connected to ${redis.host}:${redis.port}`
  await program.until(`${name} to print "${line}"`, () => program.printed(line)[0], {
    hurried: () => true,
  })
}

async function loses(program: Program, time: string, how: 'blink' | 'outage'): Promise<void> {
  const [lost, back] = ['connection lost', 'reconnected'].map((text) => program.printed(text))
  const connections = opened(program)
  const dials = program.instance.dialled.length
  const says = async (text: string, before = 0, hurried: () => boolean) =>
    program.until(
      `${program.name} to print "${text}" when Redis goes and comes back ${time}`,
      () => program.printed(text)[before],
      { hurried },
    )
  if (how === 'blink') for (const open of program.tap.openConnections()) program.tap.cut(open)
  else await program.tap.down()
  await says('connection lost', lost?.length, () => program.instance.dialled.length > dials)
  await program.tap.up()
  await says('reconnected', back?.length, () => opened(program) > connections)
  // Somebody says so a little too early. Only a connection that is there can be lost again.
  await program.within(1_000, () =>
    program.wire.find(
      (event) =>
        isCommand(event) && event.connection > connections && event.reply !== undefined,
    ),
  )
}

function opened({ wire }: Program): number {
  return wire.filter(({ kind }) => kind === 'open').length
}

// "not yet connected to …" claims nothing.
function claims({ instance, redis }: Program) {
  const claim = new RegExp(
    `(?<!\\b(?:not|never|yet|be|get)\\s+)(?<![a-z])connected to ${redis.host}:${redis.port}`,
    'i',
  )
  return instance.lines.filter(({ text }) => claim.test(text) || /\breconnected\b/i.test(text))
}
