import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { AppEvidence } from '../../../workshop/check/evidence.ts'
import { type Goal, runGoal } from '../../../workshop/check/run-goal.ts'
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
