import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type TestContext, describe, expect, test } from 'vitest'
import { WorkspaceFixture } from '../support/workspace-fixture.ts'
import { longRunning } from './programs.ts'
import { signalProcess, waitUntil } from '../support/processes.ts'

const linux = process.platform === 'linux'
if (!linux)
  console.warn('SKIPPED: several terminals. The processes that are left are found in /proc.')

// Publishes its name on the shared Redis, and prints each name that it receives.
const announces = `
import { createClient } from 'redis'
const client = createClient({ url: process.env.REDIS_URL })
client.on('error', () => {})
await client.connect()
await client.subscribe('here', (name) => console.log('received', name))
await client.publish('here', process.env.DYNO)
process.once('SIGTERM', () => client.destroy())`

type OnFinished = TestContext['onTestFinished']

async function newClone(onFinished: OnFinished): Promise<WorkspaceFixture> {
  return WorkspaceFixture.create(
    { '91-announces': announces, '92-long-running': longRunning },
    onFinished,
  )
}

function daemonPid(clone: WorkspaceFixture): number | undefined {
  return clone.leftovers().find(({ command }) => command.includes('session-daemon-'))?.pid
}

async function run(clone: WorkspaceFixture, ...words: string[]) {
  const terminal = clone.launch('step', ...words)
  const port = await terminal.waitForOutput(/127\.0\.0\.1:(\d+)/)
  const name = await terminal.waitForOutput(/(web\.\d) \| web\.\d is here/)
  return { terminal, port, name }
}

async function writeDaemonFile(
  clone: WorkspaceFixture,
  number: number,
  text: string,
): Promise<void> {
  await mkdir(join(clone.folder, '.workshop', 'run'), { recursive: true })
  await writeFile(join(clone.folder, '.workshop', 'run', `daemon-${number}.json`), text)
}

describe.runIf(linux).concurrent('terminals of one clone', () => {
  test('share one Redis and one numbering when they start at once; SIGKILL leaves no process', async ({
    onTestFinished,
  }) => {
    const clone = await newClone(onTestFinished)
    const all = await Promise.all([run(clone, '92'), run(clone, '92'), run(clone, '92')])
    expect(new Set(all.map(({ port }) => port)).size).toBe(1)
    expect(all.map(({ name }) => name).toSorted()).toEqual(['web.1', 'web.2', 'web.3'])
    expect(clone.redisServers()).toHaveLength(1)
    for (const { terminal } of all) terminal.signal('SIGKILL')
    await clone.expectNothingRuns()
  })

  test('receive messages across steps, also after the first terminal has ended', async ({
    onTestFinished,
  }) => {
    const clone = await newClone(onTestFinished)
    const first = await run(clone, '92')
    const second = clone.launch('step', '91')
    await second.waitForOutput(/web\.2 \| received web\.2/)
    first.terminal.signal('SIGINT')
    await first.terminal.ended
    const third = clone.launch('step', '91')
    // The lowest number that is free, as on a PaaS.
    await second.waitForOutput(/web\.2 \| received web\.1/)
    expect(clone.redisServers()).toHaveLength(1)
    second.signal('SIGINT')
    third.signal('SIGINT')
    await clone.expectNothingRuns()
  })

  test('get Redis back at the same address after it is killed', async ({ onTestFinished }) => {
    const clone = await newClone(onTestFinished)
    const first = await run(clone, '92')
    const second = clone.launch('step', '91')
    await second.waitForOutput(/web\.2 \| received web\.2/)
    for (const { pid } of clone.redisServers()) signalProcess(pid, 'SIGKILL')
    const restarted = /Redis at 127\.0\.0\.1:(\d+) has ended \(SIGKILL\) and was started again/
    expect(await first.terminal.waitForOutput(restarted)).toBe(first.port)
    expect(await second.waitForOutput(restarted)).toBe(first.port)
    const third = clone.launch('step', '91')
    await third.waitForOutput(/web\.3 \| received web\.3/)
    expect(first.terminal.count('was started again')).toBe(1)
    expect(clone.redisServers()).toHaveLength(1)
    for (const terminal of [first.terminal, second, third]) terminal.signal('SIGINT')
    await clone.expectNothingRuns()
  })

  test('end with exit code 2 when the session daemon is killed, and leave no process', async ({
    onTestFinished,
  }) => {
    const clone = await newClone(onTestFinished)
    const { terminal } = await run(clone, '92')
    signalProcess(daemonPid(clone), 'SIGKILL')
    expect((await terminal.ended).code).toBe(2)
    expect(terminal.output).toContain('Redis has ended')
    expect(terminal.output).toContain('web.1 has shut down')
    await clone.expectNothingRuns()
  })

  test('ignore address files of a daemon that no longer runs, or damaged ones', async ({
    onTestFinished,
  }) => {
    const clone = await newClone(onTestFinished)
    const otherServer = createServer((socket) => socket.end('{"token":"hello"}\n'))
    const port = await new Promise((resolve) => {
      otherServer.listen(0, '127.0.0.1', () => resolve(Object(otherServer.address()).port))
    })
    onTestFinished(() => void otherServer.close())
    const left = JSON.stringify({ port, pid: 1, clientToken: 'x', serverToken: 'y' })
    await writeDaemonFile(clone, 7, left)
    const { terminal } = await run(clone, '92')
    terminal.signal('SIGINT')
    await terminal.ended
    await writeDaemonFile(clone, 9, '{"port":')
    const again = await Promise.all([run(clone, '92'), run(clone, '92')])
    expect(again.map(({ name }) => name).toSorted()).toEqual(['web.1', 'web.2'])
    expect(clone.redisServers()).toHaveLength(1)
  })

  test('are all stopped by npm run stop', async ({ onTestFinished }) => {
    const clone = await newClone(onTestFinished)
    const all = await Promise.all([run(clone, '92', '2'), run(clone, '92')])
    const stop = clone.npm('-s', 'stop')
    expect((await stop.ended).code).toBe(0)
    expect(stop.output).toMatch(/Stopped npm run step 92 2 \(web\.\d, web\.\d\)/)
    expect(stop.output).toMatch(/Stopped npm run step 92 \(web\.\d\)/)
    expect(stop.output).toMatch(/Stopped (Redis|Valkey) /)
    for (const { terminal } of all) {
      expect((await terminal.ended).code).toBe(0)
      expect(terminal.output).toContain('has shut down')
    }
    await clone.expectNothingRuns()
    const nothing = clone.launch('stop')
    await nothing.ended
    expect(nothing.output).toBe('Nothing is running\n')
  })

  test('use the Redis of REDIS_URL when it is set, and share the numbering', async ({
    onTestFinished,
  }) => {
    const clone = await newClone(onTestFinished)
    const first = await run(clone, '92')
    const url = `redis://127.0.0.1:${first.port}`
    const given = clone.start(
      process.execPath,
      ['workshop/launcher.cjs', 'step', '91', 'wire'],
      {
        REDIS_URL: url,
      },
    )
    await given.waitForOutput(/web\.2 \| received web\.2/)
    expect(given.output).toContain('from REDIS_URL')
    await given.waitForOutput(/wire {2}\| \+\d+ ms +web\.2 +conn 1 +SUBSCRIBE here +-> ok/)
    given.signal('SIGINT')
    await given.ended
    await waitUntil(
      () => clone.redisServers().length === 1,
      () => 'a given Redis was ended',
    )
  })
})
