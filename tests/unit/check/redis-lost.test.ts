import { expect, test } from 'vitest'
import { startTestRedis, throwIfRedisLost } from '../../../workshop/check/test-redis.ts'

test('a killed Redis is an error of the check; a stopped one is not', async () => {
  const [stopped, killed] = await Promise.all([startTestRedis([]), startTestRedis([])])
  await stopped.stop()
  await expect(throwIfRedisLost([stopped, killed])).resolves.toBeUndefined()
  process.kill(killed.pid, 'SIGKILL')
  await expect(throwIfRedisLost([stopped, killed])).rejects.toThrow(
    'could not be judged: the Redis of this check has ended (SIGKILL). Check again',
  )
  await expect(throwIfRedisLost([stopped])).resolves.toBeUndefined()
})
