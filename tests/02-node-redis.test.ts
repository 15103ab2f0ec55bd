import { mistakes, starter } from './02-node-redis/diagnoses.ts'
import { rightAnswers } from './02-node-redis/right-answers.ts'
import {
  type AppUnderTest,
  unusedPort,
  expectTrue,
  defineCheck,
  isCommand,
  redisUserArgs,
} from '../workshop/check/suite.ts'
import { asUrl } from './shared/logins.ts'

// How long a client may pause between two attempts.
const reconnectMs = 10_000

defineCheck('02-node-redis', { mistakes, starter, rightAnswers }, (goal) => {
  goal(
    'sends `PING`, and prints `connected to HOST:PORT` only after Redis has answered',
    async (stage) => {
      await connects(await stage.start('web.1', { holdCommands: isPing }))
    },
  )

  goal(
    'takes host, port, username, password and TLS from the first variable that is not empty',
    async (stage) => {
      stage.redisConfig(
        '--requirepass',
        'swordfish',
        ...redisUserArgs('ada@paas', 'p@ss:w/örd'),
      )
      const other = `redis://127.0.0.1:${await unusedPort()}`
      const vars = (url: string) => ({
        REDIS_URL: '',
        REDISCLOUD_URL: url,
        REDISTOGO_URL: other,
      })
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
    'prints `connection lost` when Redis goes down and `reconnected` within 10 seconds after it is back, every time',
    async (stage) => {
      const web1 = await stage.start('web.1')
      await connects(web1)
      const connections = opened(web1)
      await loses(web1, 'the first time', 'blink')
      await loses(web1, 'the second time', 'outage')
      // What it printed at its first connection has arrived long ago.
      const lines = web1.outputLines('reconnected')
      expectTrue(
        lines.length <= opened(web1) - connections,
        'web.1 to print "reconnected" when it is connected again',
        `it printed "${lines[0]?.text}" although the connection had never been lost`,
        web1.name,
      )
    },
  )

  goal(
    'reports a Redis that is down at startup once, not at every attempt, and connects within 10 seconds after it is up',
    async (stage) => {
      const web1 = await stage.start('web.1', { down: true })
      await web1.waitUntil(
        'web.1 to try again when Redis refuses',
        () => web1.instance.connectAttempts[1],
        { withinMs: reconnectMs },
      )
      await web1.waitUntil(
        'web.1 to say in a line that Redis refuses',
        () => web1.instance.lines.find(({ text }) => text.trim()),
        { withinMs: 1_000 },
      )
      await web1.poll(1_000, () => web1.instance.connectAttempts[4])
      await web1.poll(50, () => web1.instance.exit) // That attempt has failed by then.
      expectReportedOnce(web1)
      await web1.proxy.enable()
      const came = performance.now()
      await connects(web1)
      const early = claims(web1).find(({ at }) => at < came)
      expectTrue(
        !early,
        'web.1 to say that it is connected when it is',
        `it printed "${early?.text}" while Redis refused`,
        web1.name,
      )
    },
  )
})

function isPing({ name }: { name: string }): boolean {
  return name === 'PING'
}

async function connects(program: AppUnderTest): Promise<void> {
  const { name, redis } = program
  const unanswered = () => program.sentCommands('PING').every(({ reply }) => !reply)
  let early: string | undefined
  await program.waitForCommand(
    'PING',
    `${name} to send PING and get PONG`,
    ({ reply, args }) => {
      if (unanswered()) early ??= claims(program)[0]?.text
      return reply !== undefined && reply === (args[0] ?? 'PONG')
    },
    { withinMs: reconnectMs, shortenWhen: () => claims(program).length > 0 },
  )
  expectTrue(
    early === undefined,
    `${name} to print that it is connected after Redis has answered PING`,
    `it printed "${early}" before`,
    name,
  )
  const line = `connected to ${redis.host}:${redis.port}`
  await program.waitUntil(`${name} to print "${line}"`, () => program.outputLines(line)[0], {
    shortenWhen: () => true,
  })
}

async function loses(
  program: AppUnderTest,
  time: string,
  how: 'blink' | 'outage',
): Promise<void> {
  const [lost, back] = ['connection lost', 'reconnected'].map((text) =>
    program.outputLines(text),
  )
  const connections = opened(program)
  const dials = program.instance.connectAttempts.length
  const says = async (text: string, before = 0, shortenWhen: () => boolean) =>
    program.waitUntil(
      `${program.name} to print "${text}" when Redis goes and comes back ${time}`,
      () => program.outputLines(text)[before],
      { shortenWhen, withinMs: reconnectMs },
    )
  if (how === 'blink')
    for (const open of program.proxy.openConnections()) program.proxy.disconnect(open)
  else await program.proxy.disable()
  await says(
    'connection lost',
    lost?.length,
    () => program.instance.connectAttempts.length > dials,
  )
  await program.proxy.enable()
  await says('reconnected', back?.length, () => opened(program) > connections)
  // Somebody says so a little too early. Only a connection that is there can be lost again.
  await program.poll(1_000, () =>
    program.wire.find(
      (event) =>
        isCommand(event) && event.connection > connections && event.reply !== undefined,
    ),
  )
}

// Lines are the same when only their numbers differ: times, attempts, pauses.
function expectReportedOnce({ name, instance }: AppUnderTest): void {
  const attempts = instance.connectAttempts.length
  const texts = instance.lines.map(({ text }) => text.replaceAll(/\d+/g, '')).filter(Boolean)
  const repeated = texts.find((text) => texts.filter((other) => other === text).length > 2)
  expectTrue(
    repeated === undefined,
    `${name} to report once that Redis is down, not at every attempt`,
    `it printed "${repeated}" again and again in ${attempts} attempts`,
    name,
  )
}

function opened({ wire }: AppUnderTest): number {
  return wire.filter(({ kind }) => kind === 'open').length
}

// "not yet connected to …" claims nothing.
function claims({ instance, redis }: AppUnderTest) {
  const claim = new RegExp(
    `(?<!\\b(?:not|never|yet|be|get)\\s+)(?<![a-z])connected to ${redis.host}:${redis.port}`,
    'i',
  )
  return instance.lines.filter(({ text }) => claim.test(text) || /\breconnected\b/i.test(text))
}
