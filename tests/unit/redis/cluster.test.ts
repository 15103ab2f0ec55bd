import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { dataPath } from '../../../workshop/paths.ts'
import { RedisCluster, findRedisServer } from '../../../workshop/redis/index.ts'
import { later } from '../support/on-finished.ts'
import { isRunning } from './redis-support.ts'

test('a cluster moves a slot, replaces a killed primary, and leaves no process', async () => {
  const pids: number[] = []
  const cluster = await RedisCluster.start(await findRedisServer(), {
    start: async () => {},
    track: (pid) => pids.push(pid),
    remove: () => {},
  })
  later(() => cluster.stop())
  const before = await cluster.primaries()
  expect(before.map(({ slots, replicas }) => [slots.length, replicas.length])).toEqual([
    [1, 1],
    [1, 1],
    [1, 1],
  ])

  const slot = await cluster.slotOf('{ada}:inbox')
  const from = await cluster.ownerOf(slot)
  const to = before.find(({ port }) => port !== from?.port)?.port ?? 0
  await cluster.command(from?.port ?? 0, 'SET', '{ada}:inbox', 'hello')
  await cluster.moveSlot(slot, to)
  expect((await cluster.ownerOf(slot))?.port).toBe(to)
  expect(await cluster.command(to, 'GET', '{ada}:inbox')).toBe('hello')

  await cluster.kill(to)
  await cluster.waitUntilServed()
  const successor = await cluster.ownerOf(slot)
  expect(successor?.replicas).toEqual([])
  expect(await cluster.command(successor?.port ?? 0, 'GET', '{ada}:inbox')).toBe('hello')
  await cluster.restore(to)
  expect((await cluster.ownerOf(slot))?.replicas).toEqual([to])

  // Other tests run clusters at the same time.
  const mine = () => filesOfRuns().filter((file) => file.endsWith(`/${to}.conf`))
  expect(mine()).toHaveLength(1)
  await cluster.stop()
  expect(pids.filter(isRunning)).toEqual([])
  expect(mine()).toEqual([])
})

test('a Redis that is too old, or in Docker, is refused with one line', async () => {
  const server = await findRedisServer()
  for (const other of [{ version: '6.2.14' }, { from: 'docker' as const }]) {
    const starting = RedisCluster.start(
      { ...server, ...other },
      { start: async () => {}, track: () => {}, remove: () => {} },
    )
    await expect(starting).rejects.toThrow(/^A Redis Cluster needs redis-server 7\.0 or newer/)
  }
})

function filesOfRuns(): string[] {
  return readdirSync(dataPath('run'), { recursive: true }).map(String)
}
