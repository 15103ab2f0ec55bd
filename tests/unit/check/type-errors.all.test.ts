import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, expect, test } from 'vitest'
import { firstTypeError } from '../../../workshop/check/type-errors.ts'
import { dataPath, root } from '../../../workshop/paths.ts'

type OnFinished = TestContext['onTestFinished']

const solutions = await readdir(join(root, 'solutions'))

async function folderWith(onFinished: OnFinished, program: string): Promise<string> {
  await mkdir(dataPath('tmp'), { recursive: true })
  const folder = await mkdtemp(dataPath('tmp', 'types-'))
  onFinished(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'index.ts'), program)
  return folder
}

test.each(solutions)('the solution %s has no type error', async (slug) => {
  const signal = AbortSignal.timeout(1_000_000)
  expect(await firstTypeError(join(root, 'solutions', slug), signal)).toBeUndefined()
})

test('undefined environment variables and untyped parameters are not reported', async ({
  onTestFinished,
  signal,
}) => {
  const program = `export const url = new URL(process.env.REDIS_URL)
export const print = (message) => console.log(message)`
  expect(
    await firstTypeError(await folderWith(onTestFinished, program), signal),
  ).toBeUndefined()
})

test('a call with wrong arguments is reported with its line', async ({
  onTestFinished,
  signal,
}) => {
  const program = `const greet = () => 'hello'\nconsole.log(greet(1))`
  expect(await firstTypeError(await folderWith(onTestFinished, program), signal)).toEqual({
    file: 'index.ts',
    line: 2,
    column: 19,
    message: 'Expected 0 arguments, but got 1.',
  })
})
