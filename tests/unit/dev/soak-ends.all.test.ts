import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../../../workshop/paths.ts'
import { CheckFixture } from '../commands/check-fixture.ts'

// Running processes are read from /proc.
describe.skipIf(process.platform !== 'linux')('`bench soak`', () => {
  let copy: CheckFixture

  beforeAll(async () => {
    copy = await CheckFixture.make({})
    const slug = '09-cluster-chat'
    await cp(join(root, 'solutions', slug), join(copy.folder, 'solutions', slug), {
      recursive: true,
    })
  })

  afterAll(() => copy.remove())

  test.for([
    ['bench soka', 'There is nothing called "soka" to measure'],
    ['bench soak 3', 'A soak lasts 5 to 300 seconds, not 3'],
    ['bench size 10', 'There is nothing called "10" to measure'],
  ] as const)('%s prints one line and ends with exit code 2', async ([words, line]) => {
    const { code, stdout, stderr } = await copy.run(words)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(line)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  test.for(['SIGINT', 'SIGKILL'] as const)('%s leaves no process', async (signal) => {
    const bench = copy.start('bench soak')
    // Two load processes: by then Redis and the chat run as well.
    const loads = () => copy.processes().filter((line) => line.includes('/load.ts.mjs')).length
    await expect.poll(loads, { timeout: 120_000 }).toBe(2)
    if (signal === 'SIGINT') bench.interrupt()
    else bench.signal(signal)
    await bench.ended
    await expect.poll(() => copy.processes(), { timeout: 120_000 }).toEqual([])
  })
})
