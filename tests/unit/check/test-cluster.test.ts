import { expect, test } from 'vitest'
import { newLatch } from '../../shared/latch.ts'
import { TestCluster } from '../../../workshop/check/test-cluster.ts'

test('a goal that comes after one that killed a node finds all nodes up', async () => {
  const shared = new TestCluster()
  try {
    const killing = newLatch()
    const cluster = await shared.use(killing.released, true)
    const [node] = cluster.nodes
    await cluster.kill(node?.port ?? 0)
    const later = [shared.use(Promise.resolve(), false), shared.use(Promise.resolve(), false)]
    expect(cluster.nodes.filter(({ redis }) => redis)).toHaveLength(5)
    killing.release()
    await Promise.all(later)
    expect(cluster.nodes.filter(({ redis }) => redis)).toHaveLength(6)
  } finally {
    await shared.stop()
  }
})
