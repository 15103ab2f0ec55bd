import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type RedisServer, findRedisServer, startRedis } from '../../../workshop/redis/index.ts'
import { later } from '../support/on-finished.ts'
import {
  ask,
  errorMessageOf,
  runInNode,
  isRunning,
  newFolder,
  privateRedis,
  realRedis,
  outputOf,
  script,
} from './redis-support.ts'

test('a private Redis answers, listens on loopback only, and has ended after stop', async () => {
  const spawned: number[] = []
  const server = await findRedisServer()
  const redis = await startRedis(server, {
    reaper: { start: async () => {}, track: (pid) => spawned.push(pid), remove: () => {} },
  })
  expect(await ask(redis.port, ['PING'])).toEqual(['PONG'])
  expect(spawned).toEqual([redis.pid])
  expect(redis.url).toBe(`redis://127.0.0.1:${redis.port}`)
  const [info] = await ask(redis.port, ['INFO', 'server'])
  expect(info).toContain(`process_id:${redis.pid}`)
  expect(info).toContain(`redis_version:${server.version}`)
  await redis.stop()
  expect(isRunning(redis.pid)).toBe(false)
  await redis.stop()
})

test('ten private Redis at once share neither port nor data', async () => {
  const server = await findRedisServer()
  const started = await Promise.all(Array.from({ length: 10 }, () => startRedis(server)))
  const runIds = await Promise.all(
    started.map(async ({ port }) => {
      const [info = ''] = await ask(port, ['INFO', 'server'])
      return /run_id:(\w+)/.exec(info)?.[1]
    }),
  )
  await Promise.all(started.map((redis) => redis.stop()))
  expect(new Set(runIds).size).toBe(10)
  expect(new Set(started.map(({ port }) => port)).size).toBe(10)
})

test('a port that is in use by now: another one is tried', async () => {
  const taken = await privateRedis()
  const server = await findRedisServer()
  const ports: number[] = []
  const unlucky: RedisServer = {
    ...server,
    command(port, config) {
      ports.push(port)
      return server.command(ports.length < 3 ? taken.port : port, config)
    },
  }
  const redis = await startRedis(unlucky)
  later(() => redis.stop())
  expect(ports.length).toBe(3)
  const [info] = await ask(redis.port, ['INFO', 'server'])
  expect(info).toContain(`process_id:${redis.pid}`)
})

test('a fixed port in use: an error, also when a Redis answers there', async () => {
  const taken = await privateRedis()
  const server = await findRedisServer()
  const message = await errorMessageOf(startRedis(server, { port: taken.port }))
  expect(message).toMatch(/^UserError: redis-server .* did not start: .*Address already in use/)
})

test('a wrong argument: the error has the reason from the log', async () => {
  const message = await errorMessageOf(privateRedis('--nosuch', '3'))
  expect(message).toMatch(/did not start: .*nosuch.* Bad directive/)
  expect(message).not.toContain('\n')
})

test('a program that cannot be started: the error has the reason', async () => {
  const server = await findRedisServer()
  const absent: RedisServer = {
    ...server,
    command: () => ({ file: '/nowhere/redis', args: [], env: {}, stopSignal: 'SIGKILL' }),
  }
  expect(await errorMessageOf(startRedis(absent))).toContain(
    'did not start: spawn /nowhere/redis',
  )
})

test('with a password, Redis is ready when it answers NOAUTH', async () => {
  const { port } = await privateRedis('--requirepass', 'x')
  expect(await ask(port, ['PING'], ['AUTH', 'x'], ['PING'])).toEqual([
    expect.stringMatching(/^NOAUTH/),
    'OK',
    'PONG',
  ])
})

test('ACL users in the configuration are applied', async () => {
  const ada = ['--user', 'ada', 'on', '>secret', '~*', '&*', '+@all']
  const { port } = await privateRedis(...ada, '--user', 'default', 'off')
  const texts = await ask(port, ['PING'], ['AUTH', 'ada', 'secret'], ['ACL', 'WHOAMI'])
  expect(texts).toEqual([expect.stringMatching(/^NOAUTH/), 'OK', 'ada'])
})

test('a private Redis does not write to disk', async () => {
  const folder = newFolder()
  const redis = await startRedis(await findRedisServer({ folder }))
  await ask(redis.port, ['SET', 'greeting', 'hello'])
  await redis.stop()
  expect(readdirSync(join(folder, 'run'))).toEqual([])
})

test('a private Redis is not blocked by its log output', async () => {
  const { port } = await privateRedis('--enable-debug-command', 'yes')
  const line = ['DEBUG', 'LOG', 'x'.repeat(1000)]
  const texts = await ask(port, ...Array.from({ length: 500 }, () => line), ['PING'])
  expect(texts.at(-1)).toBe('PONG')
})

test('a wrapper script on the PATH is stopped with its Redis', async () => {
  const folder = newFolder()
  // Not exec: Redis becomes a child of the script.
  script(folder, 'redis-server', `${await realRedis()} "$@"`, 'exit $?')
  const env = { ...process.env, PATH: folder }
  const redis = await startRedis(await findRedisServer({ env, folder }))
  const [info = ''] = await ask(redis.port, ['INFO', 'server'])
  const pid = Number(/process_id:(\d+)/.exec(info)?.[1])
  expect(pid).not.toBe(redis.pid)
  await redis.stop()
  await expect.poll(() => errorMessageOf(ask(redis.port, ['PING']))).toContain('ECONNREFUSED')
})

test('a private Redis does not keep Node running', async () => {
  const program = await runInNode(newFolder(), [
    'const server = await redis.findRedisServer()',
    'const { pid } = await redis.startRedis(server)',
    'console.log(pid)',
  ])
  const pid = Number(await outputOf(program))
  later(() => process.kill(pid, 'SIGKILL'))
  expect(isRunning(pid)).toBe(true)
})
