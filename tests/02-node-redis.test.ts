import { diagnoses } from './02-node-redis/diagnoses.ts'
import {
  type AppUnderTest,
  ExpectationFailed,
  defineCheck,
  failUnless,
  isCommand,
  redisUserArgs,
  unusedPort,
} from '../workshop/check/suite.ts'
import { asUrl } from './shared/logins.ts'

// How long a client may pause between two attempts.
const reconnectMs = 10_000

defineCheck('02-node-redis', { diagnoses }, (goal) => {
  goal(
    'sends `PING`, and prints `connected to HOST:PORT` only after Redis has answered',
    async (testBed) => {
      await expectConnected(await testBed.start('web.1', { holdCommands: isPing }))
    },
  )

  goal(
    'takes host, port, username, password and TLS from the first variable that is not empty',
    async (testBed) => {
      const special = ['ada@paas', 'p@ss:w/örd'] as const
      testBed.redisConfig('--requirepass', 'swordfish', ...redisUserArgs(...special))
      const other = `redis://127.0.0.1:${await unusedPort()}`
      const second = (url: string) => ({
        REDIS_URL: '',
        REDISCLOUD_URL: url,
        REDISTOGO_URL: other,
      })
      const credentials = `${asUrl(...special)}@`
      const apps = await Promise.all([
        testBed.start('web.1', {
          host: 'localhost',
          credentials: ':swordfish@',
          vars: lastVariable,
        }),
        testBed.start('web.2', { credentials, tls: true }),
        testBed.start('web.3', { credentials, vars: second }),
      ])
      for (const app of apps) await expectConnected(app)
    },
  )

  goal(
    'prints `connection lost` once when Redis goes down and `reconnected` within 10 seconds after it is back, every time',
    async (testBed) => {
      const web1 = await testBed.start('web.1')
      await expectConnected(web1)
      const connections = countOpened(web1)
      await expectLossAndReturn(web1, 'the first time', 'blink')
      await expectLossAndReturn(web1, 'the second time', 'outage')
      // What it printed at its first connection has arrived long ago.
      const seen = web1.outputLines('reconnected').length
      const expected = countOpened(web1) - connections
      failUnless(seen <= expected, {
        kind: 'output-repeated',
        expectation: 'return',
        app: 'web.1',
        text: 'reconnected',
        expected,
        seen,
        when: 'as that is how often it reconnected',
      })
      const losses = web1.outputLines('connection lost').length
      failUnless(losses <= 4, {
        kind: 'output-repeated',
        expectation: 'loss',
        app: 'web.1',
        text: 'connection lost',
        expected: 2,
        seen: losses,
        when: 'as Redis went down twice',
      })
    },
  )

  goal(
    'reports a Redis that is down at startup once, not at every attempt, and connects within 10 seconds after it is up',
    async (testBed) => {
      const web1 = await testBed.start('web.1', { down: true })
      const { instance, redis } = web1
      const about = { app: 'web.1', when: 'when Redis refuses' } as const
      await web1.waitUntil(
        { kind: 'connect-missing', address: redis, again: true, ...about },
        () => instance.connectAttempts[1],
        { withinMs: reconnectMs },
      )
      await web1.waitUntil(
        { kind: 'cause-line', problem: 'missing', ...about },
        () => instance.lines.find(({ text }) => text.trim()),
        { withinMs: 1_000 },
      )
      await web1.poll(1_000, () => instance.connectAttempts[4])
      await web1.poll(50, () => instance.exit) // That attempt has failed by then.
      expectReportedOnce(web1)
      await web1.proxy.enable()
      const up = performance.now()
      await expectConnected(web1)
      const early = claims(web1).find(({ at }) => at < up)
      if (early)
        throw new ExpectationFailed(claimedEarly(web1, early.text, 'while Redis refused'))
    },
  )
})

function isPing({ name }: { name: string }): boolean {
  return name === 'PING'
}

function lastVariable(url: string): Record<string, string> {
  return { REDISTOGO_URL: url }
}

async function expectConnected(app: AppUnderTest): Promise<void> {
  const { name, redis } = app
  const text = `connected to ${redis.host}:${redis.port}`
  const { replySeq = 0 } = await app.waitForCommand(
    'PING',
    { kind: 'command-missing', app: name, command: 'PING', when: 'and get PONG' },
    ({ reply, args }) => reply === (args[0] ?? 'PONG'),
    { withinMs: reconnectMs, shortenWhen: () => claims(app).length > 0 },
  )
  const early = claims(app).find(({ seq, text: line }) => seq < replySeq && line.includes(text))
  if (early) {
    throw new ExpectationFailed(claimedEarly(app, early.text, 'before Redis has answered PING'))
  }
  await app.waitUntil(
    { kind: 'output-missing', expectation: 'connected', app: name, text, seen: 0 },
    () => app.outputLines(text)[0],
    { shortenWhen: () => true },
  )
}

function claimedEarly({ name }: AppUnderTest, line: string, when: string) {
  const fact = { kind: 'output-unexpected', expectation: 'early', text: 'connected' } as const
  return { ...fact, app: name, line, when }
}

async function expectLossAndReturn(
  app: AppUnderTest,
  time: string,
  how: 'blink' | 'outage',
): Promise<void> {
  const losses = app.outputLines('connection lost').length
  const returns = app.outputLines('reconnected').length
  const connections = countOpened(app)
  const attempts = app.instance.connectAttempts.length
  const when = `when Redis goes down and comes back ${time}`
  if (how === 'blink') {
    for (const open of app.proxy.openConnections()) app.proxy.disconnect(open)
  } else {
    await app.proxy.disable()
    // A program that prints it at every attempt has time to do so.
    await app.poll(2_000, () => app.instance.connectAttempts[attempts + 3])
  }
  const loss = { expectation: 'loss', text: 'connection lost', when } as const
  const isBack = () => app.instance.connectAttempts.length > attempts
  await expectOneMore(app, loss, losses, isBack)
  await app.proxy.enable()
  const comeback = { expectation: 'return', text: 'reconnected', when } as const
  await expectOneMore(app, comeback, returns, () => countOpened(app) > connections)
  // The line may be printed a little too early. Only a connection that is there can be lost again.
  await app.poll(1_000, () =>
    app.wire.find(
      (event) =>
        isCommand(event) && event.connection > connections && event.reply !== undefined,
    ),
  )
}

function expectOneMore(
  app: AppUnderTest,
  line: { expectation: string; text: string; when: string },
  before: number,
  shortenWhen: () => boolean,
): Promise<unknown> {
  const seen = () => app.outputLines(line.text).length
  return app.waitUntil(
    () => ({ kind: 'output-missing', app: app.name, times: before + 1, seen: seen(), ...line }),
    () => (seen() > before ? true : undefined),
    { shortenWhen, withinMs: reconnectMs },
  )
}

// Lines are the same when only their numbers differ: times, attempts, pauses.
function expectReportedOnce({ name, instance }: AppUnderTest): void {
  const texts = instance.lines.map(({ text }) => text.replaceAll(/\d+/g, '')).filter(Boolean)
  const count = (text: string) => texts.filter((other) => other === text).length
  const index = texts.findIndex((text) => count(text) > 2)
  failUnless(index < 0, {
    kind: 'output-repeated',
    expectation: 'refused',
    app: name,
    text: instance.lines.filter(({ text }) => text)[index]?.text ?? '',
    expected: 1,
    seen: count(texts[index] ?? ''),
    when: 'while Redis refuses',
  })
}

function countOpened({ wire }: AppUnderTest): number {
  return wire.filter(({ kind }) => kind === 'open').length
}

// "not yet connected to …" claims nothing.
function claims(app: AppUnderTest) {
  const { redis } = app
  const claim = new RegExp(
    `(?<!\\b(?:not|never|yet|be|get)\\s+)(?<![a-z])connected to ${redis.host}:${redis.port}`,
    'i',
  )
  const { lines } = app.evidence()
  return lines.filter(({ text }) => claim.test(text) || /\breconnected\b/i.test(text))
}
