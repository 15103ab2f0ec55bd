import { mistakes, starter } from './mistakes/01-redis-setup.ts'
import { rightAnswers } from './right-answers/01-redis-setup.ts'
import {
  NotYet,
  type Program,
  commands,
  deadPort,
  expectThat,
  gate,
  howItEnded,
  user,
} from './support/index.ts'

gate('01-redis-setup', { mistakes, starter, rightAnswers }, (goal) => {
  goal('prints `Redis at HOST:PORT answered PONG` and exits with code 0', async (stage) => {
    await succeeds(await stage.start('web.1'))
  })

  goal('takes host and port from `REDIS_URL`, not from the code', async (stage) => {
    await succeeds(await stage.start('web.1', { host: 'localhost' }))
  })

  goal(
    'without `REDIS_URL` takes `REDISCLOUD_URL`, then `REDISTOGO_URL`: the first that is set wins',
    async (stage) => {
      const other = `redis://127.0.0.1:${await deadPort()}`
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
      stage.configure('--requirepass', 'swordfish', ...user('ada', 'p@ss:w/rd'))
      await succeeds(await stage.start('web.1', { credentials: ':swordfish@' }))
      await succeeds(await stage.start('web.2', { credentials: 'ada:p%40ss%3Aw%2Frd@' }))
      const open = await stage.start('web.3')
      await open.ends()
      expectThat(
        commands(open.evidence(), 'AUTH').length === 0,
        'no AUTH, as the URL of web.3 has no username and no password',
        'web.3 sent AUTH all the same',
      )
    },
  )

  goal('speaks TLS when the URL begins with `rediss:`', async (stage) => {
    await succeeds(await stage.start('web.1', { tls: true }))
  })

  goal(
    'says on stderr in one line what is wrong, and exits with code 1: no variable, a malformed URL, a refused connection, a wrong password',
    async (stage) => {
      stage.configure('--requirepass', 'swordfish')
      const reasons = await Promise.all([
        fails('no variable is set', stage.start('web.1', { vars: () => ({}) })),
        fails('REDIS_URL is malformed', stage.start('web.2', { vars: malformed })),
        fails('Redis refuses the connection', stage.start('web.3', { down: true })),
        fails('the password is wrong', stage.start('web.4', { credentials: ':mistaken@' })),
      ])
      expectThat(
        new Set(reasons.map(withoutNumbers)).size === reasons.length,
        'a different line for each of the four causes',
        `the same line for two of them: ${reasons.join(' / ')}`,
      )
    },
  )

  goal('never prints the password', async (stage) => {
    stage.configure('--requirepass', 'p@ss')
    const password = ':p%40ss@'
    const programs = await Promise.all([
      stage.start('web.1', { credentials: password }),
      stage.start('web.2', { credentials: ':p%40ss-mistaken@' }),
      stage.start('web.3', { credentials: password, down: true }),
      stage.start('web.4', {
        credentials: password,
        vars: (url) => ({ REDIS_URL: url.replace('://', '//') }),
      }),
    ])
    for (const program of programs) await keepsSecret(program, /p(@|%40)ss/)
  })
})

async function succeeds(program: Program): Promise<void> {
  const { name, redis } = program
  await program.command(
    'PING',
    `${name} to send PING and get PONG`,
    ({ reply }) => reply === 'PONG',
  )
  await program.prints(`Redis at ${redis.host}:${redis.port} answered PONG`)
  const exit = await program.ends(`${name} to end by itself, its work is done`)
  expectThat(
    exit.code === 0,
    `${name} to end with exit code 0`,
    `it ended with ${howItEnded(exit)}`,
  )
}

/** @returns the line that says why */
async function fails(cause: string, starting: Promise<Program>): Promise<string> {
  const program = await starting
  const exit = await program.ends(`${program.name} to end with exit code 1: ${cause}`)
  const said = program.instance.lines.filter(
    ({ stream, text }) => stream === 'stderr' && text.trim(),
  )
  expectThat(exit.code === 1, `exit code 1 when ${cause}`, `it ended with ${howItEnded(exit)}`)
  const [line] = said
  if (!line) throw new NotYet(`one line on stderr when ${cause}`, 'stderr is empty')
  expectThat(
    !said.some(({ text }) => /^\s+at /.test(text)),
    `one line on stderr when ${cause}`,
    `a stack trace of ${said.length} lines, beginning with "${line.text}"`,
  )
  return said.map(({ text }) => text).join(' ')
}

function malformed(): Record<string, string> {
  return { REDIS_URL: 'not a Redis URL' }
}

function withoutNumbers(line: string): string {
  return line.replaceAll(/\d+/g, '')
}

async function keepsSecret(program: Program, secret: RegExp): Promise<void> {
  await program.ends()
  const leak = program.instance.lines.find(({ text }) => secret.test(text))
  expectThat(!leak, 'no password in what is printed: logs are read by many', `"${leak?.text}"`)
}
