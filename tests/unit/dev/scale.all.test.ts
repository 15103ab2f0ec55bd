import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { chart } from '../../../workshop/dev/bench/scale/chart.ts'
import { makeChats } from '../../../workshop/dev/bench/scale/chats.ts'
import {
  type Line,
  formatTables,
  measureChat,
} from '../../../workshop/dev/bench/scale/scale.ts'
import { root } from '../../../workshop/paths.ts'

const solution = join(root, 'solutions', '11-scale-out')

const lines: Line[] = ['your code', 'another'].map((name, i) => {
  const point = (instances: number, perCpuSecond: number) => {
    return { instances, perCpuSecond: perCpuSecond / (i + 1), bytes: 100 * instances, p99: 7 }
  }
  return { name, points: [point(2, 9000), point(32, 4500)] }
})

test('the table has the cost of a delivery per chat, and how it grows', () => {
  const text = formatTables(lines)
  expect(text).toMatch(/your code +9,000 +4,500 +2\.0 ×/)
  expect(text).toMatch(/another +200 +3,200/)
})

test('the chart names each chat, and describes its values in text', async () => {
  const svg = await chart(lines)
  expect(svg).toContain('your code: 9,000, 4,500.')
  expect(svg.match(/<text class="[^"]*left"[^>]*>another</g)).toHaveLength(1)
})

// Processor times are read from /proc.
describe.skipIf(process.platform !== 'linux')('the chats that are compared', () => {
  test('deliver each message once', async () => {
    const faults: string[] = []
    for (const variant of await makeChats(solution, defer)) {
      const { points } = await measureChat(variant, [2], faults, defer)
      expect(points[0]?.perCpuSecond, variant.name).toBeGreaterThan(0)
    }
    expect(faults).toEqual([])
  })
})

function defer(end: () => Promise<unknown>): void {
  onTestFinished(async () => void (await end()))
}
