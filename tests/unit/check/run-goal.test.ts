import { join } from 'node:path'
import { expect, test } from 'vitest'
import { replaceIn } from '../../../workshop/check/diagnosis.ts'
import type { AppEvidence, Evidence } from '../../../workshop/check/evidence.ts'
import { inFolder, solutionFiles } from '../../../workshop/check/program-files.ts'
import { type Goal, isProven, runGoal } from '../../../workshop/check/run-goal.ts'
import { TestCluster } from '../../../workshop/check/test-cluster.ts'
import { root } from '../../../workshop/paths.ts'

const folder = join(root, 'solutions', '03-publish-subscribe')

/** What is reported of goals that have passed. */
async function passed(goal: Goal, signal: AbortSignal) {
  const seen: (readonly [string, readonly AppEvidence[]])[] = []
  const cluster = new TestCluster()
  const onPassed = (name: string, apps: readonly AppEvidence[]) => void seen.push([name, apps])
  await runGoal(goal, folder, [], { signal, cluster, onPassed })
  return seen
}

test('what was seen of a goal that passed is as it was before its programs were ended', async ({
  signal,
}) => {
  const goal: Goal = {
    name: 'prints `web.1 started`',
    run: async (testBed) => {
      const web1 = await testBed.start('web.1')
      await web1.waitForOutput('web.1 started')
    },
  }
  const [[name, [app] = []] = [], ...more] = await passed(goal, signal)
  expect(more).toEqual([])
  expect(name).toBe(goal.name)
  expect(app).toMatchObject({ name: 'web.1', exit: undefined })
  expect(app?.lines.map(({ text }) => text)).toContain('web.1 started')
  expect(app?.wire.map(({ kind }) => kind)).toContain('push')
  expect(app?.wire.map(({ kind }) => kind)).not.toContain('close')
})

/** A goal that is reached as soon as an instance has ended, which gets this signal, if any. */
function endsGoal(signal?: NodeJS.Signals): Goal {
  return {
    name: 'prints `web.1 started`',
    run: async (testBed) => {
      const web1 = await testBed.start('web.1')
      await web1.waitForOutput('web.1 started')
      if (signal) web1.sendSignal(signal)
      await web1.poll(5_000, () => web1.instance.exit)
    },
  }
}

test('an app that was subscribed and ended without a signal fails a goal that it has reached', async ({
  signal,
}) => {
  const files = await solutionFiles('03-publish-subscribe')
  const end = replaceIn(
    'index.ts',
    'console.log(`${instance} ${event}`)',
    'console.log(`${instance} ${event}`)\n    setTimeout(() => process.exit(0), 100)',
  )
  const failure = await inFolder('ends-unasked', end(files), async (where) => {
    const context = { signal, cluster: new TestCluster() }
    const failed = await runGoal(endsGoal(), where, [], context)
    return failed?.failure
  })
  expect(failure).toMatchObject({
    diagnosis: 'ends-unasked',
    fact: { kind: 'exit-unexpected', app: 'web.1', code: 0 },
  })
  expect(failure?.received).toMatch(
    /^it ended with exit code 0, \d+\.\d seconds after its start$/,
  )
})

// What a thread got of the processor is read from /proc.
test.skipIf(process.platform !== 'linux')(
  'a main thread that never waits is seen when a goal fails, and one that waits is not',
  async ({ signal }) => {
    const goal: Goal = {
      name: 'prints `web.2 started`',
      run: async (testBed) => {
        const [, web2] = await Promise.all([testBed.start('web.1'), testBed.start('web.2')])
        await web2.waitForOutput('web.2 started')
      },
    }
    const loops = "if (process.env.DYNO === 'web.2') for (;;);\nsetInterval(() => {}, 1000)"
    const failed = await inFolder('never-waits', { 'index.ts': loops }, (where) =>
      runGoal(goal, where, [], { signal, cluster: new TestCluster() }),
    )
    expect(failed?.evidence.apps.map(({ isBusy }) => isBusy)).toEqual([undefined, true])
    expect(failed?.failure.diagnosis).toBe('never-waits')
    expect(failed?.failure.likely).toMatch(/^web\.2 uses its processor all the time/)
  },
)

test('one that was sent a signal may end', async ({ signal }) => {
  const context = { signal, cluster: new TestCluster() }
  expect(await runGoal(endsGoal('SIGTERM'), folder, [], context)).toBeUndefined()
})

test('a program that gave up after a second on a slow machine has not failed', () => {
  const slow = { countedMs: 200, elapsedMs: 2000, ranMs: 100, waitedMs: 200 }
  const idle = { ...slow, countedMs: 1900 }
  const fact = { kind: 'command-missing', app: 'web.1', command: 'PING' } as const
  const gaveUp = (afterMs: number, code = 1, printed: readonly string[] = []) => {
    const lines = printed.map((text) => ({ text, stream: 'stderr' }))
    const app = {
      exit: { code, at: 1000 + afterMs },
      wire: [{ kind: 'open', at: 1000 }],
      lines,
    }
    return { fact, app } as unknown as Evidence
  }
  expect(isProven(gaveUp(1000), slow)).toBe(false)
  expect(isProven(gaveUp(1000), idle)).toBe(true)
  expect(isProven(gaveUp(500), slow)).toBe(true)
  expect(isProven(gaveUp(1000, 0), slow)).toBe(true)

  const uncaught = (...texts: string[]) => gaveUp(1000, 1, [...texts, 'Node.js v22.1.0'])
  expect(isProven(uncaught('TypeError: bus.publsh is not a function'), slow)).toBe(true)
  expect(isProven(uncaught('TimeoutError: too late'), slow)).toBe(false)
  const unhandled = "      throw er; // Unhandled 'error' event"
  expect(isProven(uncaught(unhandled, 'SocketClosedUnexpectedlyError: closed'), slow)).toBe(
    true,
  )
})
