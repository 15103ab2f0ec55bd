import { expect, onTestFinished, test } from 'vitest'
import { WorkspaceFixture } from '../support/workspace-fixture.ts'

const programs = { '91-once': `console.log('here')` }
const address = /The guide is at (http:\/\/127\.0\.0\.1:\d+) /

function make(): Promise<WorkspaceFixture> {
  return WorkspaceFixture.create(programs, onTestFinished)
}

async function answer(url: string): Promise<number> {
  const { status } = await fetch(url)
  return status
}

test('without a terminal npm start shows where one is, and ends', async () => {
  const clone = await make()
  const terminal = clone.door('start')
  expect(await terminal.ended).toEqual({ code: 0, signal: null })
  expect(terminal.output).toContain('Next: step 1\n')
  expect(terminal.output).not.toContain('guide is at')
})

test('a word that is not understood is refused in one line', async () => {
  const clone = await make()
  const terminal = clone.door('start', 'guides')
  expect(await terminal.ended).toEqual({ code: 2, signal: null })
  expect(terminal.output).toBe('It is: npm start\n')
})

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'the guide runs until %s, and leaves nothing',
  async (signal) => {
    const clone = await make()
    const terminal = clone.door('start', 'guide')
    const url = await terminal.waitForOutput(address)
    expect(await answer(`${url}/step/91-once`)).toBe(200)
    expect(await answer(`${url}/step/92-never`)).toBe(404)
    terminal.signal(signal)
    expect(await terminal.ended).toEqual({ code: 0, signal: null })
    await clone.expectNothingRuns()
  },
)

test('a second guide gets another address, and each comes back where it was', async () => {
  const clone = await make()
  const other = await make()
  const [first, second] = [clone.door('start', 'guide'), other.door('start', 'guide')]
  const [url, otherUrl] = [
    await first.waitForOutput(address),
    await second.waitForOutput(address),
  ]
  expect(otherUrl).not.toBe(url)
  second.signal('SIGINT')
  await second.ended
  expect(await other.door('start', 'guide').waitForOutput(address)).toBe(otherUrl)
})
