import { expect, test } from 'vitest'
import { resolveRedis } from '../../../workshop/redis/index.ts'
import { errorMessageOf, isRunning, privateRedis } from './redis-support.ts'

const secret = 'sécret@:/#?%'
const encoded = encodeURIComponent(secret)

test('REDIS_URL is set: that Redis is used, and not stopped', async () => {
  const { port, pid } = await privateRedis('--requirepass', secret)
  const url = `redis://:${encoded}@127.0.0.1:${port}`
  const chosen = await resolveRedis({ env: { REDIS_URL: url } })
  expect(chosen).toMatchObject({
    kind: 'given',
    url,
    upstream: { host: '127.0.0.1', port, tls: false, password: secret },
  })
  expect(chosen.describe).toMatch(
    new RegExp(`^Redis \\d+\\.\\d+\\.\\d+ at 127\\.0\\.0\\.1:${port} \\(from REDIS_URL\\)$`),
  )
  await chosen.stop()
  expect(isRunning(pid)).toBe(true)
})

test('REDIS_URL is wrong: an error, and no private Redis instead', async () => {
  const env = { ...process.env, REDIS_URL: 'http://127.0.0.1' }
  expect(await errorMessageOf(resolveRedis({ env }))).toContain('REDIS_URL must begin with')
})

test.each([undefined, ''])('REDIS_URL is %j: a private Redis is started', async (given) => {
  const pids: number[] = []
  const env = { ...process.env, REDIS_URL: given }
  const chosen = await resolveRedis({
    env,
    reaper: { start: async () => {}, track: (pid) => pids.push(pid), remove: () => {} },
  })
  expect(chosen).toMatchObject({
    kind: 'private',
    upstream: { host: '127.0.0.1', tls: false },
  })
  expect(chosen.url).toBe(`redis://127.0.0.1:${chosen.upstream.port}`)
  expect(chosen.describe).toMatch(/^(Redis|Valkey) \S+ at 127\.0\.0\.1:\d+ \(.+\)$/)
  await chosen.stop()
  expect(pids.map(isRunning)).toEqual([false])
})
