import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { root } from '../../../workshop/paths.ts'
import type { RunningRedis } from '../../../workshop/redis/index.ts'
import type { Endpoint } from '../../../workshop/check/http.ts'
import { HttpSession } from '../../../workshop/check/http-session.ts'
import { SocketClient } from '../../../workshop/check/socket-client.ts'
import { type ReservedPort, reservePort } from '../../../workshop/check/ports.ts'
import { startTestRedis } from '../../../workshop/check/test-redis.ts'
import {
  Process,
  device,
  retryUntil,
  fieldsOf,
  waitForText,
  textsOf,
  write,
} from './support/index.ts'

// The time that Heroku allows. @see https://devcenter.heroku.com/articles/dyno-shutdown-behavior
const graceMs = 30_000

let redis: RunningRedis
let port: ReservedPort
let running: Process[]

beforeAll(async () => {
  // As the host does after npm ci: https://devcenter.heroku.com/changelog-items/1573
  await promisify(execFile)('npm', ['run', 'build'], { cwd: root })
})

beforeEach(async () => {
  redis = await startTestRedis([])
  port = await reservePort()
  running = []
})

afterEach(async () => {
  await Promise.all(running.map((one) => one.kill()))
  await redis.stop()
  await port.release()
  expect(
    running.flatMap((one) => one.members),
    'processes that are left',
  ).toEqual([])
})

test('web and worker do a job with the config vars of app.json only', async ({ signal }) => {
  const [web, worker] = [await dyno('web'), await dyno('worker')]
  await Promise.all([web, worker].map(starts))
  const place = site()
  const session = new HttpSession(signal)
  await session.request(place, 'POST', '/login', {
    json: { user: 'ada' },
    headers: { 'X-Forwarded-Proto': 'https' },
  })
  // Behind TLS termination the cookie is Secure, and a browser would not send it here.
  expect(session.cookies).toEqual([])
  await session.request(place, 'POST', '/login', { json: { user: 'ada' } })
  const asks = await new SocketClient(place, { session }, signal).connect()
  expect(await asks.emitWithAck('job', { name: 'primes', input: 100 })).toEqual([
    { receivers: 1 },
  ])
  await asks.waitForEvent('done', { name: 'primes' })
  asks.close()
})

test.each(['web', 'worker'])(
  'SIGTERM to the shell that started %s ends it with exit code 0',
  async (name) => {
    const one = await dyno(name)
    await starts(one)
    expect(await one.stop('SIGTERM', graceMs)).toMatchObject({ code: 0, signal: null })
    expect(one.members, 'of its processes').toEqual([])
  },
)

test('the chat of step 9 starts with the line in DEPLOY.md, and ends on SIGTERM', async ({
  signal,
}) => {
  const [, line = ''] = /^web: (.*09-cluster-chat.*)$/m.exec(read('DEPLOY.md')) ?? []
  const chat = await run('web', line)
  const ada = await retryUntil(
    () => `the chat to start:\n${chat.printed}`,
    async () => {
      chat.mustLive('the chat was to start')
      return device(site(), 'ada', signal).catch(() => undefined)
    },
  )
  await write(ada, 'ada', 'hello')
  await waitForText(ada, 'hello')
  ada.close()
  expect(await chat.stop('SIGTERM', graceMs)).toMatchObject({ code: 0, signal: null })
  expect(chat.members, 'of its processes').toEqual([])
})

test('Procfile and app.json name the same process types', () => {
  const kinds = read('Procfile')
    .trim()
    .split('\n')
    .map((line) => line.split(':')[0])
  expect(kinds).toEqual(['web', 'worker'])
  expect(Object.keys(fieldsOf(app()['formation']))).toEqual(kinds)
})

test('app.json adds a Redis whose config var the programs read', () => {
  expect(textsOf(app()['addons'])).toEqual(['rediscloud:30'])
  expect(read('solutions/06-worker-jobs/redis-url.ts')).toContain("'REDISCLOUD_URL'")
})

function site(): Endpoint {
  return { name: 'web', url: `http://127.0.0.1:${port.port}` }
}

function app(): Record<string, unknown> {
  const parsed: unknown = JSON.parse(read('app.json'))
  return fieldsOf(parsed)
}

function read(name: string): string {
  return readFileSync(join(root, name), 'utf8')
}

/** Starts a process type with its line in the Procfile. */
function dyno(name: string): Promise<Process> {
  const line = read('Procfile')
    .split('\n')
    .find((one) => one.startsWith(`${name}: `))
  return run(name, line?.slice(name.length + 2) ?? '')
}

/** Runs a line as Heroku does: in a shell, in the project's folder. */
async function run(name: string, line: string): Promise<Process> {
  // The secret is what `"generator": "secret"` makes; the rest comes from host and add-on.
  const [secret] = Object.keys(fieldsOf(app()['env']))
  const started = await Process.start({
    name,
    command: ['sh', '-c', line],
    cwd: root,
    env: {
      PATH: `${join(process.execPath, '..')}:${process.env['PATH']}`,
      [secret ?? '']: 'made by the host',
      REDISCLOUD_URL: redis.url,
      PORT: String(port.port),
      DYNO: `${name}.1`,
    },
  })
  running.push(started)
  return started
}

async function starts(one: Process): Promise<void> {
  const what = () => `${one.name} to start; it has printed:\n${one.printed}`
  await retryUntil(what, async () => {
    one.mustLive('it was to start')
    return one.printed.includes(`${one.name}.1 started\n`) || undefined
  })
}
