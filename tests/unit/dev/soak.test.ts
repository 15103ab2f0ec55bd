import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, describe, expect, test } from 'vitest'
import { CleanupStack } from '../../../workshop/dev/bench/soak/cleanup-stack.ts'
import { adapterChat } from '../../../workshop/dev/bench/soak/compare.ts'
import { type SoakOptions, soak, solution } from '../../../workshop/dev/bench/soak/soak.ts'
import { dataPath } from '../../../workshop/paths.ts'

type OnFinished = TestContext['onTestFinished']

// Workers and their processor time are read from /proc.
describe.skipIf(process.platform !== 'linux')('a short soak', () => {
  test('loses and doubles nothing while a worker is killed', async ({ onTestFinished }) => {
    const kills = { leastMs: 500, mostMs: 1000 }
    const soaked = await run(onTestFinished, { folder: solution, kills })
    expect(soaked.story).toEqual([])
    expect(soaked.ledger.kills.length).toBeGreaterThan(0)
    expect(soaked.replacedMs).toHaveLength(soaked.ledger.kills.length)
    expect(soaked.ledger.messages.size).toBeGreaterThan(30)
  })

  test('of the chat with the adapter, too', async ({ onTestFinished }) => {
    const soaked = await run(onTestFinished, { folder: adapterChat, seconds: 1 })
    expect(soaked.story).toEqual([])
    expect(soaked.ledger.messages.size).toBeGreaterThan(10)
  })

  test('tells of a chat that sends twice', async ({ onTestFinished }) => {
    const publish = 'bus.emit(CHANNEL, message)'
    const folder = await changed(onTestFinished, publish, `${publish}; ${publish}`)
    const soaked = await run(onTestFinished, { folder, seconds: 1 })
    expect(soaked.faults.map(({ kind }) => kind)).toContain('double')
    expect(soaked.story.join('\n')).toMatch(/device \d+ \((ada|grace|linus), on web\.1\.\d\)/)
  })

  test('tells of a chat that swallows some', async ({ onTestFinished }) => {
    const emit = 'socketsState.emit(id, event, args)'
    const swallow = `if (event !== 'messageSent' || Number(args.text) > 30) ${emit}`
    const folder = await changed(onTestFinished, emit, swallow)
    const soaked = await run(onTestFinished, { folder, seconds: 1 })
    expect(new Set(soaked.faults.map(({ kind }) => kind))).toEqual(new Set(['missing']))
    expect(soaked.story.join('\n')).toContain(
      'devices never got it, 0 copies arrived elsewhere',
    )
  })
})

async function run(
  onTestFinished: OnFinished,
  options: Partial<SoakOptions> & { folder: string },
) {
  const belongings = new CleanupStack()
  onTestFinished(() => belongings.end())
  return soak(belongings, { devices: 12, perSecond: 20, seconds: 2, ...options })
}

/** A solution that is not right any more. @returns its folder */
async function changed(onTestFinished: OnFinished, from: string, to: string): Promise<string> {
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
