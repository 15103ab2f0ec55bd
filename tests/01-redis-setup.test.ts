import { mistakes, starter } from './01-redis-setup/diagnoses.ts'
import { rightAnswers } from './01-redis-setup/right-answers.ts'
import {
  ExpectationFailed,
  type AppUnderTest,
  unusedPort,
  expectTrue,
  defineCheck,
  describeExit,
  redisUserArgs,
} from '../workshop/check/suite.ts'
import { asUrl, logins } from './shared/logins.ts'

defineCheck('01-redis-setup', { mistakes, starter, rightAnswers }, (goal) => {
  goal('prints `Redis at HOST:PORT answered PONG` and exits with code 0', async (stage) => {
    await succeeds(await stage.start('web.1', { holdCommands: is('PING') }))
  })

  goal('takes host and port from `REDIS_URL`, not from the code', async (stage) => {
    await succeeds(await stage.start('web.1', { host: 'localhost' }))
  })

  goal(
    'without `REDIS_URL` takes `REDISCLOUD_URL`, then `REDISTOGO_URL`: the first that is set wins',
    async (stage) => {
      const other = `redis://127.0.0.1:${await unusedPort()}`
      const settings = [
        (url: string) => ({ REDISTOGO_URL: url }),
        (url: string) => ({ REDISCLOUD_URL: url, REDISTOGO_URL: other }),
        (url: string) => ({ REDIS_URL: url, REDISCLOUD_URL: other, REDISTOGO_URL: other }),
      ]
      await Promise.all(
        settings.map(async (vars, i) => succeeds(await stage.start(`web.${i + 1}`, { vars }))),
      )
    },
  )

  goal(
    'sends the username and password of the URL, percent-decoded, before `PING`, and no `AUTH` when there are none',
    async (stage) => {
      stage.redisConfig(
        '--requirepass',
        'swordfish',
        ...redisUserArgs('ada@paas', 'p@ss:w/örd'),
      )
      const ada = `${asUrl('ada@paas', 'p@ss:w/örd')}@`
      const [plain, encoded, open] = await Promise.all([
        // The answers to AUTH and PING arrive in one piece, if both were sent at once …
        stage.start('web.1', { credentials: ':swordfish@', holdCommands: is('AUTH') }),
        // … and here one after the other.
        stage.start('web.2', { credentials: ada, holdCommands: is('PING') }),
        stage.start('web.3'),
      ])
      await succeeds(plain)
      await succeeds(encoded)
      await open.waitForExit()
      expectTrue(
        logins(open.evidence()).length === 0,
        'no AUTH, as the URL of web.3 has no username and no password',
        'web.3 sent AUTH all the same',
        open.name,
      )
    },
  )

  goal('speaks TLS when the URL begins with `rediss:`', async (stage) => {
    await succeeds(await stage.start('web.1', { tls: true }))
  })

  goal(
    'says on stderr in one line what is wrong, and exits with code 1: no variable, a malformed URL, a refused connection, a wrong password',
    async (stage) => {
      stage.redisConfig('--requirepass', 'swordfish')
      const reasons = await Promise.all([
        fails('no variable is set', stage.start('web.1', { vars: () => ({}) })),
        fails('REDIS_URL is malformed', stage.start('web.2', { vars: malformed })),
        fails('Redis refuses the connection', stage.start('web.3', { down: true })),
        fails('the password is wrong', stage.start('web.4', { credentials: ':mistaken@' })),
      ])
      const [same, other] = twins(reasons)
      expectTrue(
        !other,
        `one line when ${same?.cause}, and another one when ${other?.cause}`,
        `the same both times: ${same?.line}`,
      )
    },
  )

  goal('never prints the password', async (stage) => {
    stage.redisConfig('--requirepass', 'p@ss')
    const password = ':p%40ss@'
    const programs = await Promise.all([
      stage.start('web.1', { credentials: password }),
      stage.start('web.2', { credentials: ':p%40ss-mistaken@' }),
      stage.start('web.3', { credentials: password, down: true }),
      stage.start('web.4', { credentials: password, vars: withoutColon }),
    ])
    for (const program of programs) await keepsSecret(program, /p(@|%40)ss/)
  })
})

async function succeeds(program: AppUnderTest): Promise<void> {
  const { name, redis } = program
  const line = `Redis at ${redis.host}:${redis.port} answered PONG`
  const pong = () => program.sentCommands('PING').find(({ reply }) => reply === 'PONG')
  const first = await program.waitUntil(
    `${name} to send PING and get PONG`,
    () => pong() ?? claim(program),
  )
  expectTrue(
    first !== claim(program),
    `${name} to print "${line}" when Redis has answered`,
    'it printed that before Redis had answered PONG',
    name,
  )
  await program.waitForOutput(line)
  callsTheHostOfItsUrl(program)
  const exit = await program.waitForExit(`${name} to end by itself, its work is done`)
  expectTrue(
    exit.code === 0,
    `${name} to end with exit code 0`,
    `it ended with ${describeExit(exit)}`,
    name,
  )
}

// A name can be looked up, and the address connectAttempts instead. An address is nothing but itself.
function callsTheHostOfItsUrl({ name, redis, instance }: AppUnderTest): void {
  const other = instance.connectAttempts.find(({ host }) => host === 'localhost')
  expectTrue(
    redis.host === 'localhost' || !other,
    `${name} to connect to ${redis.host}, the host of its URL`,
    `it connected to ${other?.host}`,
    name,
  )
}

interface Reason {
  cause: string
  line: string
}

async function fails(cause: string, starting: Promise<AppUnderTest>): Promise<Reason> {
  const program = await starting
  const { name, instance } = program
  const needs = (fact: boolean, expected: string, received: string) =>
    expectTrue(fact, `${name} ${expected} when ${cause}`, received, name)
  const exit = await program.waitForExit(`${name} to end with exit code 1 when ${cause}`)
  needs(!claim(program), 'not to print "answered PONG"', 'it printed that')
  const [connectAttempts] = instance.connectAttempts
  if (!/connection|password/.test(cause)) {
    needs(
      !connectAttempts,
      'to call nobody',
      `it called at ${connectAttempts?.host}:${connectAttempts?.port}`,
    )
  }
  needs(exit.code === 1, 'to end with exit code 1', `it ended with ${describeExit(exit)}`)
  const said = instance.lines.filter(({ stream, text }) => stream === 'stderr' && text.trim())
  const [line] = said
  if (!line)
    throw new ExpectationFailed(`one line on stderr when ${cause}`, 'stderr is empty', name)
  const frames = said.filter(({ text }) => /^\s+at /.test(text)).length
  needs(frames === 0, 'to say it in one line on stderr', `a stack trace: ${line.text}`)
  return { cause, line: said.map(({ text }) => text).join(' ') }
}

function claim(program: AppUnderTest) {
  return program.outputLines('answered PONG')[0]
}

function is(command: string) {
  return ({ name }: { name: string }) => name === command
}

function malformed(): Record<string, string> {
  return { REDIS_URL: 'not a Redis URL' }
}

function withoutColon(url: string): Record<string, string> {
  return { REDIS_URL: url.replace('://', '//') }
}

// Two causes that are reported in the same words; ports and times do not count.
function twins(reasons: Reason[]): Reason[] {
  const words = reasons.map(({ line }) => line.replaceAll(/\d+/g, ''))
  return reasons.filter(
    (_, i) => words.indexOf(words[i] ?? '') !== words.lastIndexOf(words[i] ?? ''),
  )
}

async function keepsSecret(program: AppUnderTest, secret: RegExp): Promise<void> {
  await program.waitForExit()
  const leak = program.instance.lines.find(({ text }) => secret.test(text))
  const expected = 'no password in what is printed: logs are read by many'
  expectTrue(!leak, expected, `"${leak?.text}"`, program.name)
}
