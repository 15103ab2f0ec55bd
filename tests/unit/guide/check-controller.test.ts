import { afterEach, expect, test, vi } from 'vitest'
import { CheckSession } from '../../../workshop/check/check-session.ts'
import { NotJudgedError, checkAgainMs } from '../../../workshop/check/not-judged.ts'
import { CheckController } from '../../../workshop/guide/check-controller.ts'

const slug = '03-publish-subscribe'

let controller: CheckController | undefined

afterEach(async () => {
  vi.useRealTimers()
  await controller?.close()
  vi.restoreAllMocks()
})

/** A controller whose check could not be judged yet, and the check, to count its runs. */
async function checkOnBusyMachine() {
  const run = vi.fn<CheckSession['run']>().mockRejectedValue(new NotJudgedError('too busy'))
  const session = Object.assign(Object.create(CheckSession.prototype), { run, close: vi.fn() })
  vi.spyOn(CheckSession, 'open').mockResolvedValue(session)
  const checks = new CheckController({ onChange: () => {}, onProgress: async () => {} })
  controller = checks
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  await checks.check(slug)
  expect(checks.checks[slug]?.problem).toBe(
    'could not be judged: too busy. It is checked again in 5 seconds.',
  )
  return { checks, run }
}

test('a check that a busy machine could not judge is run again', async () => {
  const { checks, run } = await checkOnBusyMachine()
  const target = { folder: '', label: '' }
  run.mockResolvedValue({ slug, target, passed: false, goals: [], ms: 1 })
  await vi.advanceTimersByTimeAsync(checkAgainMs)
  await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(2))
  await vi.waitFor(() => expect(checks.checks[slug]?.phase).toBe('done'))
  expect(checks.checks[slug]?.problem).toBe('')
})

test('it is not run again when the workshop has stopped', async () => {
  const { checks, run } = await checkOnBusyMachine()
  await checks.close()
  await vi.advanceTimersByTimeAsync(checkAgainMs)
  expect(run).toHaveBeenCalledTimes(1)
})
