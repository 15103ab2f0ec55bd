import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CliProcess } from '../../../workshop/dev/cli-process.ts'
import { copyWorkspace } from '../../../workshop/dev/workspace-copy.ts'
import { dataPath } from '../../../workshop/paths.ts'

// The next command works, whichever files under .workshop are old, missing or damaged.

const slug = '91-ends-at-once'
const program = `
import { createClient } from 'redis'
import express from 'express'
console.log(typeof createClient, typeof express)
`
let folder = dataPath('tmp', `second day ${randomUUID()}`)

beforeAll(async () => {
  await copyWorkspace(folder, ['package.json', 'workshop'])
  for (const side of ['steps', 'solutions']) {
    await mkdir(join(folder, side, slug), { recursive: true })
    await writeFile(join(folder, side, slug, 'index.ts'), program)
  }
  // Without the bundles of this workshop, the copy builds its own.
  await rm(join(folder, '.workshop/programs'), { recursive: true, force: true })
  await expectRuns()
})

afterAll(() => rm(folder, { recursive: true, force: true }))

async function expectRuns(): Promise<void> {
  const { code, stdout, stderr } = await CliProcess.run(folder, 'step 91').ended
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('function function')
}

async function built(): Promise<string[]> {
  const names = await readdir(join(folder, '.workshop'), { recursive: true })
  const files = names.filter((name) => /^(build|programs)\b/.test(name))
  return files.map((name) => join(folder, '.workshop', name)).toSorted()
}

/** Sets the ages of the built files. @param hours for the first file, the second, …, repeated */
async function age(...hours: number[]): Promise<void> {
  for (const [i, path] of (await built()).entries()) {
    const time = new Date(Date.now() - (hours[i % hours.length] ?? 0) * 60 * 60 * 1000)
    await utimes(path, time, time)
  }
}

test.each([[[22]], [[22, 25]], [[25, 22]], [[25, 22, 22, 200]], [[10_000]]])(
  'a command works when built files are %j hours old',
  async (hours) => {
    await age(...hours)
    await expectRuns()
  },
)

test.each([2, 3])('a command works when every %ith built file is missing', async (nth) => {
  for (const [i, path] of (await built()).entries()) {
    if (i % nth === 0) await rm(path, { recursive: true, force: true })
  }
  await expectRuns()
})

test('a command works when a list of built files is truncated', async () => {
  for (const path of await built()) {
    if (/(files\.txt|bundles\.json)$/.test(path)) await truncate(path, 20)
  }
  await expectRuns()
})

test('a command works after the folder was renamed', async () => {
  const renamed = `${folder}, renamed`
  await rename(folder, renamed)
  folder = renamed
  await expectRuns()
})
