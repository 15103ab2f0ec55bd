import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { WorkspaceFixture } from '../support/workspace-fixture.ts'
import { longRunning } from './programs.ts'
import { signalProcess, waitUntil } from '../support/processes.ts'

const linux = process.platform === 'linux'
if (!linux)
  console.warn('SKIPPED: the router of a run. The processes that are left are found in /proc.')

/** Answers requests with its name. */
const web = `
import { createServer } from 'node:http'
const server = createServer((req, res) => res.end(process.env.DYNO))
server.listen(Number(process.env.PORT), () => console.log(process.env.DYNO, 'listens'))
process.once('SIGTERM', () => process.exit(0))`

async function text(url: string): Promise<string> {
  const answer = await fetch(url)
  return answer.text()
}

describe.runIf(linux).concurrent('the router of a run', () => {
  test('spreads requests over the instances, and logs which one answered', async ({
    onTestFinished,
  }) => {
    const clone = await WorkspaceFixture.create({ '91-web': web }, onTestFinished)
    const terminal = clone.launch('step', '91', '2')
    const url = await terminal.waitForOutput(
      /router \| (http:\/\/127\.0\.0\.1:\d+) leads to every/,
    )
    await terminal.waitForOutput(/(web\.1) listens/)
    await terminal.waitForOutput(/(web\.2) listens/)
    const answers = []
    for (const path of ['/me', '/page.css?v=1', '/me?secret=1'])
      answers.push(await text(url + path))
    expect(new Set(answers)).toEqual(new Set(['web.1', 'web.2']))
    await terminal.waitForOutput(/router \| GET \/me -> web\.\d 200[^]*GET \/me -> web\.\d 200/)
    expect(terminal.output).not.toMatch(/page\.css|secret/)
    terminal.signal('SIGTERM')
    expect(await terminal.ended).toMatchObject({ code: 0 })
  })

  test('skips an instance that was killed, and uses it when it listens again', async ({
    onTestFinished,
  }) => {
    const clone = await WorkspaceFixture.create({ '91-web': web }, onTestFinished)
    const terminal = clone.launch('step', '91', '2')
    const url = await terminal.waitForOutput(/router \| (http:\/\/127\.0\.0\.1:\d+) leads/)
    const pids = [...terminal.output.matchAll(/process (\d+)/g)].map(([, pid]) => Number(pid))
    await terminal.waitForOutput(/(web\.1) listens/)
    await terminal.waitForOutput(/(web\.2) listens/)
    signalProcess(pids[0], 'SIGKILL')
    await terminal.waitForOutput(/(web\.1) .*ended by SIGKILL/)
    expect([await text(url), await text(url)]).toEqual(['web.2', 'web.2'])
    await clone.save('91-web', `${web}\n// saved`)
    await waitUntil(
      () => terminal.count('web.1 listens') === 2,
      () => terminal.output,
    )
    await waitUntil(
      () => terminal.count('web.2 listens') === 2,
      () => terminal.output,
    )
    expect(new Set([await text(url), await text(url)])).toEqual(new Set(['web.1', 'web.2']))
  })

  test('does not start for a program that does not listen', async ({ onTestFinished }) => {
    const clone = await WorkspaceFixture.create(
      { '91-long-running': longRunning },
      onTestFinished,
    )
    const terminal = clone.launch('step', '91')
    await terminal.waitForOutput(/(web\.1) is here/)
    terminal.signal('SIGTERM')
    await terminal.ended
    expect(terminal.output).not.toContain('router')
  })

  test('forwards to web instances, and not to workers', async ({ onTestFinished }) => {
    const clone = await WorkspaceFixture.create(
      { '92-long-running': longRunning },
      onTestFinished,
    )
    for (const side of ['steps', 'solutions']) {
      const folder = join(clone.folder, side, '91-jobs')
      await mkdir(folder, { recursive: true })
      await writeFile(join(folder, 'web.ts'), web)
      await writeFile(join(folder, 'worker.ts'), longRunning)
    }
    const refused = clone.launch('step', '92', '2', '2')
    expect(await refused.ended).toMatchObject({ code: 2 })
    expect(refused.output).toContain('It is: npm run step 92 [instances] [wire]')
    const terminal = clone.launch('step', '91', '2', '2')
    const url = await terminal.waitForOutput(/(http:\/\/127\.0\.0\.1:\d+) leads/)
    await terminal.waitForOutput(/(worker\.1) is here/)
    await terminal.waitForOutput(/(worker\.2) is here/)
    await terminal.waitForOutput(/(web\.1) listens/)
    await terminal.waitForOutput(/(web\.2) listens/)
    const answers = [await text(url), await text(url), await text(url)]
    expect(new Set(answers)).toEqual(new Set(['web.1', 'web.2']))
  })
})
