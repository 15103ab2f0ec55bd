import { expect, onTestFinished, test } from 'vitest'
import { WorkspaceFixture } from '../support/workspace-fixture.ts'

const programs = { '91-ends-at-once': `console.log('here')` }
const address = /The guide is at (http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{22}) /

function make(): Promise<WorkspaceFixture> {
  return WorkspaceFixture.create(programs, onTestFinished)
}

async function statusOf(path: string, printed: string): Promise<number> {
  const entry = await fetch(printed, { redirect: 'manual' })
  const cookie = entry.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const { status } = await fetch(new URL(path, printed), { headers: { cookie } })
  return status
}

test('without a terminal, npm start prints the progress and how to start the guide', async () => {
  const clone = await make()
  const terminal = clone.launch('start')
  expect(await terminal.ended).toMatchObject({ code: 0, signal: null })
  expect(terminal.output).toContain('Next: step 1\n')
  expect(terminal.output).not.toContain('guide is at')
  expect(terminal.output).toContain('To start the guide here, type: npm start guide\n')
})

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'the guide runs until %s, and leaves no process',
  async (signal) => {
    const clone = await make()
    const terminal = clone.launch('start', 'guide')
    const url = await terminal.waitForOutput(address)
    expect(await statusOf('/step/91-ends-at-once', url)).toBe(200)
    expect(await statusOf('/step/92-never', url)).toBe(404)
    terminal.signal(signal)
    expect(await terminal.ended).toMatchObject({ code: 0, signal: null })
    await clone.expectNothingRuns()
  },
)

test('a second guide gets another port, and uses it again after a restart', async () => {
  const clone = await make()
  const other = await make()
  const [first, second] = [clone.launch('start', 'guide'), other.launch('start', 'guide')]
  const [url, otherUrl] = [
    await first.waitForOutput(address),
    await second.waitForOutput(address),
  ]
  expect(otherUrl).not.toBe(url)
  second.signal('SIGINT')
  await second.ended
  expect(await other.launch('start', 'guide').waitForOutput(address)).toBe(otherUrl)
})
