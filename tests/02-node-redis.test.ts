import { once } from 'node:events'
import { diagnoses } from './02-node-redis/diagnoses.ts'
import { expectReportedOnce } from './02-node-redis/helpers.ts'
import {
  type AppUnderTest,
  ExpectationFailed,
  defineCheck,
  failUnless,
  isCommand,
  redisUserArgs,
  unusedPort,
} from '../workshop/check/suite.ts'
import { asUrl, withPlus } from './shared/logins.ts'

// How long a client may pause between two attempts.
const reconnectMs = 10_000
// How long Redis is down when a program starts: some give up after a second. The package itself
// makes its sixth attempt after 1.6 to 2.6 seconds, and the seventh two seconds later.
const outageMs = 1_500

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
      testBed.redisConfig(
        '--requirepass',
        'swordfish',
        ...redisUserArgs(...special),
        ...redisUserArgs('grace', 's3+cret'),
      )
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
        testBed.start('web.4', { credentials: withPlus }),
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
      const unusable = await expectLossAndReturn(web1, 'the second time', 'outage')
      // What it printed at its first connection has arrived long ago.
      const seen = web1.outputLines('reconnected').length
      const expected = countOpened(web1) - connections - unusable
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
      const refused = testBed.clock.now()
      await web1.waitUntil(
        { kind: 'cause-line', problem: 'missing', ...about },
        () => instance.lines.find(({ text }) => text.trim()),
        { withinMs: 1_000 },
      )
      await web1.poll(1_000, () => instance.connectAttempts[4])
      await web1.poll(50, () => instance.exit) // That attempt has failed by then.
      expectReportedOnce(web1)
      const downMs = testBed.clock.since(refused).countedMs
      await web1.poll(outageMs - downMs, () => instance.exit)
      await web1.proxy.enable()
      const up = performance.now()
      await expectConnected(web1, 'after-outage')
      const early = claims(web1).find(({ at }) => at < up)
      if (early)
        throw new ExpectationFailed(claimedEarly(web1, early.text, 'while Redis refused'))
      expectNoLossBeforeConnected(web1)
    },
  )
})

function isPing({ name }: { name: string }): boolean {
  return name === 'PING'
}

function lastVariable(url: string): Record<string, string> {
  return { REDISTOGO_URL: url }
}

async function expectConnected(app: AppUnderTest, expectation?: 'after-outage'): Promise<void> {
  const { name, redis } = app
  const text = `connected to ${redis.host}:${redis.port}`
  const { replySeq = 0 } = await app.waitForCommand(
    'PING',
    {
      kind: 'command-missing',
      ...(expectation && { expectation }),
      app: name,
      command: 'PING',
      when: expectation ? 'and get PONG, after an outage' : 'and get PONG',
    },
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

/** @returns how many connections were accepted that could not be used */
async function expectLossAndReturn(
  app: AppUnderTest,
  time: string,
  how: 'blink' | 'outage',
): Promise<number> {
  const losses = app.outputLines('connection lost').length
  const returns = app.outputLines('reconnected').length
  const attempts = app.instance.connectAttempts.length
  const when = `when Redis goes down and comes back ${time}`
  let unusable = 0
  if (how === 'blink') {
    for (const open of app.proxy.openConnections()) app.proxy.disconnect(open)
  } else {
    await app.proxy.disable()
    // A program that prints it at every attempt has time to do so.
    await app.poll(2_000, () => app.instance.connectAttempts[attempts + 2])
    // One that has printed it while Redis refuses is reported below.
    if (app.outputLines('reconnected').length === returns) unusable = await acceptAndClose(app)
  }
  const connections = countOpened(app)
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
  return unusable
}

// What a load balancer does whose Redis is down: one connection is accepted, and closed before
// Redis has replied. Nothing has come back then, and nothing more is lost.
async function acceptAndClose(app: AppUnderTest): Promise<number> {
  const over = new AbortController()
  let asked: number | undefined
  const isFirst = ({ connection }: { connection: number }) => {
    asked ??= connection
    return true
  }
  app.proxy.holdCommand(isFirst, once(over.signal, 'abort'))
  const before = app.evidence().lines.length
  const count = (text: string) => app.outputLines(text).length
  const [losses, returns] = [count('connection lost'), count('reconnected')]
  const opened = countOpened(app)
  await app.proxy.enable()
  // A client that sends nothing first may take the connection for a good one.
  await app.poll(reconnectMs, () => asked)
  await app.poll(200, () => count('reconnected') > returns || undefined)
  const attempts = app.instance.connectAttempts.length
  await app.proxy.disable()
  over.abort()
  await app.poll(1_000, () => app.instance.connectAttempts[attempts + 1])
  if (asked === undefined) return 0
  const unusable = countOpened(app) - opened
  // One that prints it at every attempt is reported later.
  if (losses > 2) return unusable
  const when = 'for a connection that was accepted, and closed before Redis had replied'
  const lines = app.evidence().lines.slice(before)
  const early = lines.find(({ text }) => /\breconnected\b/i.test(text))
  failUnless(!early, {
    kind: 'output-unexpected',
    expectation: 'unusable',
    app: app.name,
    text: 'reconnected',
    line: early?.text ?? '',
    when,
  })
  // Printed later than usual, it can be that of the loss itself.
  const expected = Math.max(losses, 2)
  const seen = count('connection lost')
  failUnless(seen <= expected, {
    kind: 'output-repeated',
    expectation: 'unusable',
    app: app.name,
    text: 'connection lost',
    expected,
    seen,
    when: `, and not once more ${when}`,
  })
  return unusable
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

// A client that was never connected has lost nothing, and is not back.
function expectNoLossBeforeConnected({ name, instance }: AppUnderTest): void {
  for (const text of ['connection lost', 'reconnected']) {
    const line = instance.lines.find((one) => new RegExp(`\\b${text}\\b`, 'i').test(one.text))
    failUnless(!line, {
      kind: 'output-unexpected',
      expectation: 'first-connection',
      app: name,
      text,
      line: line?.text ?? '',
      when: 'as it connects for the first time',
    })
  }
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
