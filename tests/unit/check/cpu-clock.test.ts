import { spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import {
  CpuClock,
  type CpuReading,
  MachineTooBusyError,
  cpuClock,
  isSlowed,
  isStarved,
} from '../../../workshop/check/cpu-clock.ts'
import { UserError } from '../../../workshop/errors.ts'
import { CpuMeter } from '../../../workshop/process/cpu-time.ts'
import { waitFor } from '../../../workshop/check/wait-for.ts'
import { waitUntil } from '../support/processes.ts'

const linux = process.platform === 'linux'
if (!linux) console.warn('SKIPPED: the processor time of a process. It is read from /proc.')

// A clock whose processes run for this part of the time in which they are ready, which is always.
async function runClock(share: number): Promise<CpuReading> {
  let last = performance.now()
  const clock = new CpuClock(() => {
    const elapsed = performance.now() - last
    last += elapsed
    return { ranMs: elapsed * share, waitedMs: elapsed * (1 - share) }
  })
  const stop = clock.onTick(() => {})
  const began = clock.now()
  await delay(600)
  stop()
  return clock.since(began, { exact: true })
}

describe('the CPU clock', () => {
  test('counts a tenth of the time when the programs run for a tenth of it', async () => {
    const { countedMs, elapsedMs } = await runClock(0.1)
    expect(elapsedMs).toBeGreaterThan(500)
    expect(countedMs).toBeLessThan(elapsedMs * 0.2)
  })

  test('advances while programs run', async () => {
    const { countedMs } = await runClock(1)
    expect(countedMs).toBeGreaterThan(0)
  })

  test('stops at the end of a wait, also of an aborted one', async () => {
    const signal = AbortSignal.abort(new Error('over'))
    const wait = { poll: () => undefined, onChange: () => () => {}, withinMs: 60_000, signal }
    await expect(waitFor(wait)).rejects.toThrow('over')
    const before = cpuClock.now()
    await delay(100)
    expect(cpuClock.since(before).countedMs).toBe(0)
  })
})

describe('a machine', () => {
  const reading = { countedMs: 1000, elapsedMs: 5000 }

  test('is starved when other processes ran for most of the time', () => {
    expect(isStarved({ ...reading, ranMs: 300, waitedMs: 3000 })).toBe(true)
    expect(isStarved({ ...reading, ranMs: 3000, waitedMs: 3000 })).toBe(false)
  })

  test('is not starved after a delay of a few milliseconds', () => {
    expect(isStarved({ ...reading, ranMs: 1, waitedMs: 100 })).toBe(false)
  })

  test('slows programs down when they could not run for most of the time', () => {
    const busy = { ranMs: 100, waitedMs: 200 }
    expect(isSlowed({ ...busy, countedMs: 200, elapsedMs: 2000 })).toBe(true)
    expect(isSlowed({ ...busy, countedMs: 1800, elapsedMs: 2000 })).toBe(false)
    expect(isSlowed({ ...busy, countedMs: 20, elapsedMs: 100 })).toBe(false)
  })

  test('that is too busy is an error with the measured slowness and advice', () => {
    const error = new MachineTooBusyError({ ...reading, ranMs: 1000, waitedMs: 9000 })
    expect(error).toBeInstanceOf(UserError)
    expect(error.exitCode).toBe(2)
    expect(error.message).toMatch(/^could not be judged: this machine is too busy/)
    expect(error.message).toMatch(/ 10 times slower .* End other programs/)
  })
})

test.runIf(linux)('the clock counts the processor time of children only', async () => {
  const meter = new CpuMeter()
  meter.read()
  const child = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' })
  try {
    let ranMs = 0
    await waitUntil(
      () => (ranMs += meter.read()?.ranMs ?? 0) > 300,
      () => `${ranMs} ms`,
    )
  } finally {
    child.kill('SIGKILL')
  }
})
