import { lstat, mkdir, readlink, rm, symlink } from 'node:fs/promises'
import { basename } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { run as backups } from '../../../workshop/commands/backups.ts'
import { run as reset } from '../../../workshop/commands/reset.ts'
import { run as undo } from '../../../workshop/commands/undo.ts'
import { listBackups } from '../../../workshop/course/backups.ts'
import { type TinyCourse, runCommand, starterText, tinyCourse } from './course-fixture.ts'

const index = 'steps/02-world/index.ts'
const words = 'steps/02-world/lib/words.ts'

// Whatever stands in the way of a reset or an undo: nothing is lost, and it is said.
let course: TinyCourse
beforeEach(async () => {
  course = await tinyCourse()
})
afterEach(() => course.remove())

test('a file in place of a folder stops it before anything is changed', async () => {
  await course.write(index, 'mine')
  await rm(course.path('steps/02-world/lib'), { recursive: true })
  await course.write('steps/02-world/lib', 'my file')
  const { code, output } = await runCommand(reset, '2', course.root)
  expect(code).toBe(2)
  expect(output).toMatch(/lib is not a folder, but one belongs there.*Nothing was changed$/)
  expect(await course.read(index)).toBe('mine')
  expect(await course.read('steps/02-world/lib')).toBe('my file')
})

test('a folder in place of a file stops it too', async () => {
  await course.write(words, 'mine')
  await rm(course.path(index))
  await course.write(`${index}/precious.ts`, 'mine')
  const { output } = await runCommand(reset, '2', course.root)
  expect(output).toMatch(/index\.ts is a folder.*Nothing was changed$/)
  expect(await course.read(`${index}/precious.ts`)).toBe('mine')
  expect(await course.read(words)).toBe('mine')
})

test('where no backup can be made, nothing is changed', async () => {
  await course.write(index, 'mine')
  await course.write('.workshop/backups', 'a file')
  const { code, output } = await runCommand(reset, '2', course.root)
  expect(code).toBe(2)
  expect(output).toMatch(/Cannot write .*backups.*a file stands where a folder should be/)
  expect(await course.read(index)).toBe('mine')
})

test('a link is kept as a link, and what it leads to is never written to', async () => {
  await course.write('elsewhere/mine.ts', 'mine')
  await rm(course.path(index))
  await symlink('../../elsewhere/mine.ts', course.path(index))
  await runCommand(reset, '2', course.root)
  expect(await course.read('elsewhere/mine.ts')).toBe('mine')
  expect((await lstat(course.path(index))).isFile()).toBe(true)
  expect(await course.read(index)).toBe(starterText)
  expect((await runCommand(backups, '', course.root)).output).toContain(
    'index.ts -> ../../elsewhere/mine.ts',
  )
  await runCommand(undo, '', course.root)
  expect(await readlink(course.path(index))).toBe('../../elsewhere/mine.ts')
})

test('links that lead nowhere, and a link for a folder', async () => {
  await rm(course.path(index))
  await symlink('nowhere', course.path(index))
  await runCommand(reset, '2', course.root)
  expect(await course.read(index)).toBe(starterText)
  await rm(course.path('steps/02-world'), { recursive: true })
  await mkdir(course.path('my folder'))
  await course.write('my folder/index.ts', 'mine')
  await symlink('../my folder', course.path('steps/02-world'))
  await runCommand(reset, '2', course.root)
  expect(await course.read('my folder/index.ts')).toBe(starterText)
  await runCommand(undo, '', course.root)
  expect(await course.read('my folder/index.ts')).toBe('mine')
})

test('a backup that was changed or damaged is not taken for whole', async () => {
  await course.write(index, 'mine')
  await runCommand(reset, '2', course.root)
  const [backup] = await listBackups(course.root)
  const folder = `.workshop/backups/${basename(backup?.folder ?? '')}`
  await course.write(`${folder}/index.ts`, 'changed')
  expect((await runCommand(undo, '', course.root)).output).toMatch(
    /was changed since it was kept/,
  )
  await course.write(`${folder}/.backup.json`, '{')
  expect((await runCommand(undo, '', course.root)).output).toMatch(
    /is damaged. Copy what you need/,
  )
  expect((await runCommand(backups, '', course.root)).output).toContain('its list is damaged')
  const path = '../../../steps/01-hello/index.ts'
  const list = JSON.stringify({ files: [{ path, sha256: 'x' }] })
  await course.write(`${folder}/.backup.json`, list)
  expect((await runCommand(undo, '', course.root)).output).toMatch(/is damaged/)
  expect(backup?.files).toHaveLength(1)
  expect(await course.read(index)).toBe(starterText)
})

test('starters that are damaged are never put in place', async () => {
  await course.write(index, 'mine')
  const text = await course.read('workshop/course/starters.json')
  await course.write('workshop/course/starters.json', text.replace('say it', 'say that'))
  expect((await runCommand(reset, '2', course.root)).output).toMatch(
    /starters\.json is damaged/,
  )
  await rm(course.path('workshop/course/starters.json'))
  expect((await runCommand(reset, '2', course.root)).output).toMatch(
    /starters\.json is missing/,
  )
  expect(await course.read(index)).toBe('mine')
})
