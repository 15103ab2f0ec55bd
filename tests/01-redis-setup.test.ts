import { diagnoses } from './01-redis-setup/diagnoses.ts'
import {
  type AppUnderTest,
  ExpectationFailed,
  commandRef,
  commands,
  defineCheck,
  failUnless,
  redisUserArgs,
  unusedPort,
} from '../workshop/check/suite.ts'
import { asUrl, isLogin, withPlus } from './shared/logins.ts'

defineCheck('01-redis-setup', { diagnoses }, (goal) => {
  goal('prints `Redis at HOST:PORT answered PONG` and exits with code 0', async (testBed) => {
    await expectSuccess(await testBed.start('web.1', { holdCommands: is('PING') }))
  })

  goal(
    'takes host and port from the URL, and port 6379 when the URL has none',
    async (testBed) => {
      const [web1, web2] = await Promise.all([
        testBed.start('web.1', { host: 'localhost' }),
        testBed.start('web.2', { vars: withoutPort }),
      ])
      await expectSuccess(web1)
      await expectDefaultPort(web2)
    },
  )

  goal(
    'uses the first of `REDIS_URL`, `REDISCLOUD_URL` and `REDISTOGO_URL` that is not empty',
    async (testBed) => {
      const other = `redis://127.0.0.1:${await unusedPort()}`
      const settings = [
        (url: string) => ({ REDISTOGO_URL: url }),
        (url: string) => ({ REDIS_URL: '', REDISCLOUD_URL: url, REDISTOGO_URL: other }),
        // The order in which they are set, that of process.env, means nothing.
        (url: string) => ({ REDISTOGO_URL: other, REDISCLOUD_URL: other, REDIS_URL: url }),
      ]
      const apps = await Promise.all(
        settings.map((vars, i) => testBed.start(`web.${i + 1}`, { vars })),
      )
      for (const app of apps) await expectSuccess(app)
    },
  )

  goal(
    'sends the username and password, percent-decoded, with `AUTH` before `PING`, and no `AUTH` when the URL has neither',
    async (testBed) => {
      const special = ['ada@paas', 'p@ss:w/örd'] as const
      testBed.redisConfig(
        '--requirepass',
        'swordfish',
        ...redisUserArgs(...special),
        ...redisUserArgs('grace', 's3+cret'),
      )
      const [plain, encoded, open, plus] = await Promise.all([
        // The replies to AUTH and PING arrive in one piece, if both were sent at once …
        testBed.start('web.1', { credentials: ':swordfish@', holdCommands: is('AUTH') }),
        // … and here one after the other.
        testBed.start('web.2', {
          credentials: `${asUrl(...special)}@`,
          holdCommands: is('PING'),
        }),
        testBed.start('web.3'),
        testBed.start('web.4', { credentials: withPlus }),
      ])
      await expectSuccess(plain)
      await expectSuccess(encoded)
      await expectSuccess(plus)
      await expectNoLogin(open)
    },
  )

  goal('uses TLS when the URL starts with `rediss:`', async (testBed) => {
    await expectSuccess(await testBed.start('web.1', { tls: true }))
  })

  goal(
    'connects to nothing, prints one line with the cause on stderr, and exits with code 1 when no variable is set or the URL is malformed; a line about a malformed URL names its variable',
    async (testBed) => {
      const [web1, web2, web3] = await Promise.all([
        testBed.start('web.1', { vars: () => ({}) }),
        testBed.start('web.2', { vars: () => ({ REDISCLOUD_URL: 'not a Redis URL' }) }),
        // new URL() accepts that one.
        testBed.start('web.3', { vars: () => ({ REDISCLOUD_URL: 'localhost:6379' }) }),
      ])
      await expectFailure(web1, 'unset')
      await expectFailure(web2, 'malformed')
      expectDifferentLines(web1, web2)
      const line = errorText(web2)
      failUnless(line.includes('REDISCLOUD_URL'), {
        kind: 'cause-line',
        problem: 'unnamed',
        app: 'web.2',
        line,
        should: 'REDISCLOUD_URL',
        when: causes.malformed,
      })
      await expectFailure(web3, 'malformed')
    },
  )

  goal(
    'prints one line with the cause on stderr and exits with code 1 when Redis refuses the connection, rejects the password, closes the connection, or does not answer; the program gives up after at most 5 seconds',
    async (testBed) => {
      testBed.redisConfig('--requirepass', 'swordfish')
      const credentials = ':swordfish@'
      const [web1, web2, web3, web4] = await Promise.all([
        testBed.start('web.1', { down: true }),
        testBed.start('web.2', { credentials: ':mistaken@' }),
        testBed.start('web.3', { credentials, reply: 'disconnect' }),
        testBed.start('web.4', { credentials, reply: 'never' }),
      ])
      await expectFailure(web1, 'refused')
      await expectFailure(web2, 'rejected')
      await expectFailure(web3, 'disconnected')
      await expectFailure(web4, 'unanswered')
      expectDifferentLines(web1, web2)
      expectDifferentLines(web2, web4)
    },
  )

  goal('never prints the password', async (testBed) => {
    testBed.redisConfig('--requirepass', 'p@ss')
    const credentials = ':p%40ss@'
    const apps = await Promise.all([
      testBed.start('web.1', { credentials }),
      testBed.start('web.2', { credentials: ':p%40ss-mistaken@' }),
      testBed.start('web.3', { credentials, down: true }),
      testBed.start('web.4', { credentials, vars: withoutColon }),
    ])
    for (const app of apps) await expectNoPassword(app, /p(@|%40)ss/)
  })
})

async function expectSuccess(app: AppUnderTest): Promise<void> {
  const { name, redis } = app
  const line = `Redis at ${redis.host}:${redis.port} answered PONG`
  const pong = () => app.sentCommands('PING').find(({ reply }) => reply === 'PONG')
  await app.waitUntil(
    { kind: 'command-missing', app: name, command: 'PING', when: 'and get PONG' },
    () => pong() ?? claim(app),
  )
  const early = claim(app)
  if (early && !pong()) {
    throw new ExpectationFailed({
      kind: 'output-unexpected',
      app: name,
      text: 'answered PONG',
      line: early.text,
      when: 'before Redis has replied PONG',
    })
  }
  await app.waitForOutput(line)
  expectHostOfUrl(app)
  const exit = await app.waitForExit()
  failUnless(exit.code === 0, { kind: 'exit-wrong', app: name, expected: 0, ...exitOf(exit) })
}

// A name can be looked up first, and its address called. An address is nothing but itself.
function expectHostOfUrl({ name, redis, instance }: AppUnderTest): void {
  const instead = instance.connectAttempts.find(({ host }) => host === 'localhost')
  failUnless(redis.host === 'localhost' || !instead, {
    kind: 'connect-missing',
    app: name,
    address: redis,
    instead,
  })
}

async function expectDefaultPort(app: AppUnderTest): Promise<void> {
  const first = () => app.instance.connectAttempts[0]
  const missing = () =>
    ({
      kind: 'connect-missing',
      app: app.name,
      address: { host: '127.0.0.1', port: 6379 },
      instead: first(),
      when: 'when its URL has no port',
    }) as const
  const { port } = await app.waitUntil(missing, first)
  failUnless(Number(port) === 6379, missing())
}

async function expectNoLogin(app: AppUnderTest): Promise<void> {
  await app.waitForExit()
  const login = commands(app.evidence()).find(isLogin)
  if (!login) return
  throw new ExpectationFailed({
    kind: 'command-unexpected',
    app: app.name,
    command: commandRef(login),
    when: 'as its URL has no username and no password',
  })
}

const causes = {
  unset: 'when no variable is set',
  malformed: 'when REDISCLOUD_URL is malformed',
  refused: 'when Redis refuses the connection',
  rejected: 'when the password is wrong',
  disconnected: 'when Redis closes the connection',
  unanswered: 'when Redis does not answer',
}

/** Proves that it ends with exit code 1, and with a line on stderr that is no stack. */
async function expectFailure(
  app: AppUnderTest,
  expectation: keyof typeof causes,
): Promise<void> {
  const { name, instance } = app
  const about = { app: name, expectation, when: causes[expectation] }
  // 5 seconds for the reply, and some to start and to end.
  const withinMs = expectation === 'unanswered' ? 8_000 : 5_000
  const exit = await app.waitForExit({ kind: 'exit-missing', withinMs, ...about }, withinMs)
  const { text: line } = claim(app) ?? {}
  const [address] = instance.connectAttempts
  if (line !== undefined) {
    throw new ExpectationFailed({
      kind: 'output-unexpected',
      text: 'answered PONG',
      line,
      ...about,
    })
  }
  if (address && /^(unset|malformed)$/.test(expectation)) {
    throw new ExpectationFailed({ kind: 'connect-unexpected', address, ...about })
  }
  failUnless(exit.code === 1, { kind: 'exit-wrong', expected: 1, ...exitOf(exit), ...about })
  const errors = errorLines(app)
  failUnless(errors.length > 0, {
    kind: 'cause-line',
    problem: 'missing',
    stream: 'stderr',
    ...about,
  })
  failUnless(!errors.some((text) => /^\s+at /.test(text)), {
    kind: 'cause-line',
    problem: 'stack',
    line: errors[0] ?? '',
    ...about,
  })
  const internal = errors.find((text) => bug.test(text))
  failUnless(!internal, {
    kind: 'cause-line',
    problem: 'internal',
    line: internal ?? '',
    ...about,
  })
}

// What V8 writes about a bug in a program.
const bug =
  /Cannot (read|set) propert|Cannot destructure|is not (a function|iterable|defined|a constructor)/

// Ports and times do not count.
function expectDifferentLines(one: AppUnderTest, other: AppUnderTest): void {
  const [words, otherWords] = [one, other].map((app) => errorText(app).replaceAll(/\d+/g, ''))
  failUnless(words !== otherWords, {
    kind: 'cause-line',
    problem: 'same',
    app: one.name,
    other: other.name,
    line: errorText(one),
    when: 'as the causes differ',
  })
}

async function expectNoPassword(app: AppUnderTest, password: RegExp): Promise<void> {
  await app.waitForExit()
  const leak = app.instance.lines.find(({ text }) => password.test(text))
  failUnless(!leak, {
    kind: 'output-unexpected',
    expectation: 'password',
    app: app.name,
    text: 'p@ss',
    line: leak?.text ?? '',
    when: 'as it is the password',
  })
}

function errorLines({ instance }: AppUnderTest): string[] {
  return instance.lines
    .filter(({ stream, text }) => stream === 'stderr' && text.trim())
    .map(({ text }) => text)
}

function errorText(app: AppUnderTest): string {
  return errorLines(app).join(' ')
}

function claim(app: AppUnderTest) {
  return app.outputLines('answered PONG')[0]
}

function exitOf({ code, signal }: { code: number | null; signal: NodeJS.Signals | null }) {
  return { code, signal }
}

function is(command: string) {
  return ({ name }: { name: string }) => name === command
}

function withoutPort(): Record<string, string> {
  return { REDIS_URL: 'redis://127.0.0.1' }
}

function withoutColon(url: string): Record<string, string> {
  return { REDIS_URL: url.replace('://', '//') }
}
