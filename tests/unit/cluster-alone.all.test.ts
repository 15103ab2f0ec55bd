import { spawnSync } from 'node:child_process'
import { appendFile, cp } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, describe, expect, test } from 'vitest'
import { root } from '../../workshop/paths.ts'
import { findRedisServer, startRedis } from '../../workshop/redis/index.ts'
import { reservePort } from '../../workshop/check/ports.ts'
import { ask } from './redis/redis-support.ts'
import { WorkspaceFixture } from './support/workspace-fixture.ts'
import type { CliProcess } from '../../workshop/dev/cli-process.ts'
import { signalProcess, waitUntil } from './support/processes.ts'

// Step 9's solution as its lesson starts it, without the workshop around it: by hand, and by nodemon.

const slug = '09-cluster-chat'
const linux = process.platform === 'linux'
if (!linux)
  console.warn('SKIPPED: step 9 by hand. The processes that are left are found in /proc.')
// kill-port finds the process with lsof; the lesson names it.
const lsof = spawnSync('lsof', ['-v']).error === undefined
if (linux && !lsof) console.warn('SKIPPED: a port that is taken. kill-port needs lsof.')

describe.runIf(linux)('the cluster of step 9, by hand', () => {
  test.runIf(lsof)(
    'kills the process that uses its port, and listens there',
    async (context) => {
      const { clone, folder, port, vars } = await copySolution(context)
      const listens = `require('http').createServer((_, res) => res.end('mine')).listen(${port}, () => console.log('listens'))`
      const portOwner = clone.start(process.execPath, ['-e', listens])
      await portOwner.waitForOutput(/listens/)
      const cluster = clone.start(
        process.execPath,
        ['--import', 'tsx', 'index.ts'],
        vars,
        folder,
      )
      await waitForEvents(cluster, 'started', 4)
      expect(await portOwner.ended).toMatchObject({ code: null, signal: 'SIGKILL' })
      expect(await (await fetch(`http://127.0.0.1:${port}/state`)).json()).toHaveProperty(
        'instance',
      )
      cluster.signal('SIGTERM')
      expect(await cluster.ended).toMatchObject({ code: 0, signal: null })
      expect(cluster.output).not.toMatch(/EADDRINUSE|ended by/)
    },
  )

  test('is restarted by nodemon at a save, and leaves no process or connection after Ctrl+C', async (context) => {
    const { clone, folder, vars, connections } = await copySolution(context)
    const nodemon = clone.start('npx', ['nodemon'], vars, folder)
    await waitForEvents(nodemon, 'started', 4)
    const usual = await connections()
    await appendFile(join(folder, 'worker.ts'), '\n// saved\n')
    await waitForEvents(nodemon, 'started', 8)
    expect(nodemon.count(' stopped'), '`stopped` messages at the restart').toBe(4)
    const since = nodemon.output.slice(nodemon.output.lastIndexOf(' stopped'))
    expect(since.split(' started').length - 1, 'started when all had stopped').toBe(4)
    expect(await connections(), 'connections of the new four').toBe(usual)
    // Ctrl+C: the terminal sends SIGINT to every process of its group.
    signalProcess(-nodemon.pid, 'SIGINT')
    await nodemon.ended
    await clone.expectNothingRuns()
    expect(nodemon.count(' stopped'), '`stopped` messages in all').toBe(8)
    expect(await connections(), 'connections that are left').toBe(0)
  })
})

// A copy of the solution, a Redis, and a port.
async function copySolution({ onTestFinished }: TestContext) {
  const redis = await startRedis(await findRedisServer(), {})
  onTestFinished(() => redis.stop())
  const { port, release } = await reservePort()
  onTestFinished(release)
  const clone = await WorkspaceFixture.create({}, onTestFinished)
  const folder = join(clone.folder, 'solutions', slug)
  await cp(join(root, 'solutions', slug), folder, { recursive: true })
  const vars = { REDIS_URL: `redis://127.0.0.1:${redis.port}`, PORT: String(port) }
  const connections = async () => {
    const [list = ''] = await ask(redis.port, ['CLIENT', 'LIST'])
    return list.trim().split('\n').length - 1 // without the connection of `ask` itself
  }
  return { clone, folder, port, vars, connections }
}

async function waitForEvents(
  terminal: CliProcess,
  event: string,
  times: number,
): Promise<void> {
  await waitUntil(
    () => terminal.count(` ${event}`) >= times,
    () => `not ${times} times "${event}" in:\n${terminal.output}`,
  )
}
