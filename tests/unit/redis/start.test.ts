import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type RedisServer, findRedisServer, startRedis } from '../../../workshop/redis/index.ts'
import { later } from '../support/on-finished.ts'
import {
  ask,
  complaintOf,
  inOwnNode,
  isThere,
  newFolder,
  privateRedis,
  realRedis,
  saidBy,
  script,
} from './redis-support.ts'

test('a private Redis answers, is on loopback only, and is gone after stop', async () => {
  const spawned: number[] = []
  const server = await findRedisServer()
  const redis = await startRedis(server, {
    reaper: { start: async () => {}, track: (pid) => spawned.push(pid) },
  })
  expect(await ask(redis.port, ['PING'])).toEqual(['PONG'])
  expect(spawned).toEqual([redis.pid])
  expect(redis.url).toBe(`redis://127.0.0.1:${redis.port}`)
  const [info] = await ask(redis.port, ['INFO', 'server'])
  expect(info).toContain(`process_id:${redis.pid}`)
  expect(info).toContain(`redis_version:${server.version}`)
  await redis.stop()
  expect(isThere(redis.pid)).toBe(false)
  await redis.stop()
})

test('ten at once share nothing', async () => {
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

test('a port that is taken meanwhile: another is tried', async () => {
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

test('a fixed port that is taken: the reason, and no other Redis is taken for ours', async () => {
  const taken = await privateRedis()
  const server = await findRedisServer()
  const message = await complaintOf(startRedis(server, { port: taken.port }))
  expect(message).toMatch(/^UserError: redis-server .* did not start: .*Address already in use/)
})

test('a wrong argument: the reason out of the log', async () => {
  const message = await complaintOf(privateRedis('--nosuch', '3'))
  expect(message).toMatch(/did not start: .*nosuch.* Bad directive/)
  expect(message).not.toContain('\n')
})

test('a program that cannot be started at all: the reason', async () => {
  const server = await findRedisServer()
  const absent: RedisServer = {
    ...server,
    command: () => ({ file: '/nowhere/redis', args: [], env: {}, stopSignal: 'SIGKILL' }),
  }
  expect(await complaintOf(startRedis(absent))).toContain('did not start: spawn /nowhere/redis')
})

test('with a password it is up when it asks for it', async () => {
  const { port } = await privateRedis('--requirepass', 'x')
  expect(await ask(port, ['PING'], ['AUTH', 'x'], ['PING'])).toEqual([
    expect.stringMatching(/^NOAUTH/),
    'OK',
    'PONG',
  ])
})

test('users (ACL) are passed word by word', async () => {
  const ada = ['--user', 'ada', 'on', '>secret', '~*', '&*', '+@all']
  const { port } = await privateRedis(...ada, '--user', 'default', 'off')
  const texts = await ask(port, ['PING'], ['AUTH', 'ada', 'secret'], ['ACL', 'WHOAMI'])
  expect(texts).toEqual([expect.stringMatching(/^NOAUTH/), 'OK', 'ada'])
})

test('nothing is written to disk', async () => {
  const folder = newFolder()
  const redis = await startRedis(await findRedisServer({ folder }))
  await ask(redis.port, ['SET', 'greeting', 'hello'])
  await redis.stop()
  expect(readdirSync(join(folder, 'run'))).toEqual([])
})

test('what it logs never blocks it', async () => {
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
  await expect.poll(() => complaintOf(ask(redis.port, ['PING']))).toContain('ECONNREFUSED')
})

test('it does not keep Node running', async () => {
  const program = await inOwnNode(newFolder(), [
    'const server = await redis.findRedisServer()',
    'const { pid } = await redis.startRedis(server)',
    'console.log(pid)',
  ])
  const pid = Number(await saidBy(program))
  later(() => process.kill(pid, 'SIGKILL'))
  expect(isThere(pid)).toBe(true)
})
