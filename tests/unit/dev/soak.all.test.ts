import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { adapterChat, measure, solution } from '../../../workshop/dev/bench/soak/compare.ts'
import { DeliveryLog } from '../../../workshop/dev/bench/soak/delivery-log.ts'
import type { LoadReport } from '../../../workshop/dev/bench/soak/load-protocol.ts'
import { dataPath } from '../../../workshop/paths.ts'

describe('the delivery log', () => {
  const [phone, laptop, tablet] = [
    { number: 1, user: 'ada' },
    { number: 2, user: 'ada' },
    { number: 3, user: 'grace' },
  ]
  const linus = { number: 4, user: 'linus' }

  test('has no faults when each device of both users receives a message once', () => {
    expect(faultsOf(phone, laptop, tablet)).toEqual([])
  })

  test('reports a device that did not receive a message', () => {
    expect(faultsOf(phone, tablet)).toEqual([
      'message 7 (ada to grace) never reached device 2 (ada)',
    ])
  })

  test('reports a duplicate, and a message to the wrong user', () => {
    expect(faultsOf(phone, laptop, laptop, tablet, linus)).toEqual([
      'message 7 (ada to grace) reached device 2 (ada) 2 times',
      'message 7 (ada to grace) reached device 4 (linus), which it is not for',
    ])
  })

  test('reports refused messages and lost connections, and truncates a long list', () => {
    const log = new DeliveryLog([])
    log.add(report({ problems: Array.from({ length: 9 }, (_, at) => `problem ${at}`) }))
    expect(log.faults).toHaveLength(6)
    expect(log.faults.at(-1)).toBe('and 4 more')
  })

  test('accepts a delivery that is reported before its message', () => {
    const log = new DeliveryLog([phone])
    log.add(report({ received: Float64Array.of(7, 1, 130) }))
    log.add(report({ sent: [{ message: 7, from: 'ada', to: 'ada', at: 100 }] }))
    expect(log.faults).toEqual([])
    expect([...log.latencies()]).toEqual([30])
    expect([...log.latencies(101)]).toEqual([])
  })

  function faultsOf(...receivers: { number: number }[]): string[] {
    const log = new DeliveryLog([phone, laptop, tablet, linus])
    const received = Float64Array.from(receivers.flatMap(({ number }) => [7, number, 1]))
    log.add(report({ sent: [{ message: 7, from: 'ada', to: 'grace', at: 0 }], received }))
    return log.faults
  }
})

// Processor times are read from /proc.
describe.skipIf(process.platform !== 'linux')('a short soak', () => {
  const load = { devices: 12, perSecond: 20, seconds: 1, rounds: 1 }
  test.each([
    ['the chat of step 9', solution],
    ['the chat with the adapter', adapterChat],
  ])('of %s: every message arrives exactly once', async (_name, folder) => {
    const { faults, messages, deliveries, perCpuSecond } = await measure(folder, load, defer)
    expect(faults).toEqual([])
    expect(messages).toBeGreaterThan(30)
    expect(deliveries).toBeGreaterThan(messages)
    expect(perCpuSecond).toBeGreaterThan(0)
  })

  test('of a chat that publishes twice reports the duplicates', async () => {
    const publish = 'bus.emit(CHANNEL, message)'
    const folder = await changed(publish, `${publish}; ${publish}`)
    const { faults } = await measure(folder, load, defer)
    expect(faults[0]).toMatch(/^message \d+ \(\w+ to \w+\) reached device \d+ \(\w+\) 2 times$/)
  })
})

function report(part: Partial<LoadReport>): LoadReport {
  const received = new Float64Array()
  return { connected: [], sent: [], acknowledged: 0, received, problems: [], ...part }
}

/** A solution with a mistake. @returns its folder */
async function changed(from: string, to: string): Promise<string> {
  await mkdir(dataPath('tmp'), { recursive: true })
  const folder = await mkdtemp(dataPath('tmp', 'soak-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await cp(solution, folder, { recursive: true })
  const file = join(folder, 'dispatch.ts')
  const text = await readFile(file, 'utf8')
  expect(text).toContain(from)
  await writeFile(file, text.replace(from, to))
  return folder
}

function defer(stop: () => Promise<unknown>): void {
  onTestFinished(async () => void (await stop()))
}
