import { expect, test } from 'vitest'
import { startTestRedis, throwIfRedisLost } from '../../../workshop/check/test-redis.ts'

test('a killed Redis is an error of the check; a stopped one is not', async () => {
  const began = performance.now()
  const stopped = await startTestRedis([])
  await stopped.stop()
  await expect(throwIfRedisLost(began)).resolves.toBeUndefined()
  const killed = await startTestRedis([])
  process.kill(killed.pid, 'SIGKILL')
  expect(await killed.lost).toBe('SIGKILL')
  await expect(throwIfRedisLost(began)).rejects.toThrow(
    'could not be judged: the Redis of this check has ended (SIGKILL). Check again',
  )
  await expect(throwIfRedisLost(performance.now())).resolves.toBeUndefined()
})
