import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { root } from '../../../workshop/paths.ts'
import { WorkspaceFixture } from '../support/workspace-fixture.ts'

test('a step is recorded again as it was, but for times', async () => {
  const clone = await WorkspaceFixture.create({}, onTestFinished)
  for (const part of ['tests', 'solutions', 'steps', 'tsconfig.json'])
    await cp(join(root, part), join(clone.folder, part), { recursive: true })
  const words = ['--import', 'tsx', 'workshop/dev/record.ts', '3', '8']
  const terminal = clone.start(process.execPath, words)
  expect(await terminal.ended).toMatchObject({ code: 0 })
  expect(terminal.output).toContain('03-publish-subscribe: as it was')
  expect(terminal.output).toContain('08-dispatch: as it was')
})
