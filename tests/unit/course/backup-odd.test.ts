import {
  lstat,
  mkdir,
  readFile,
  readdir,
  readlink,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { run as backups } from '../../../workshop/commands/backups.ts'
import { run as reset } from '../../../workshop/commands/reset.ts'
import { run as undo } from '../../../workshop/commands/undo.ts'
import { listBackups } from '../../../workshop/course/backups.ts'
import { type TinyCourse, runCommand, starterText, tinyCourse } from './course-fixture.ts'

const index = 'steps/02-world/index.ts'
const words = 'steps/02-world/lib/words.ts'

// A reset or an undo that is not possible is reported, and no file is lost.
let course: TinyCourse
beforeEach(async () => {
  course = await tinyCourse()
})
afterEach(() => course.remove())

test('a file in place of a folder: the reset changes nothing', async () => {
  await course.write(index, 'mine')
  await rm(course.path('steps/02-world/lib'), { recursive: true })
  await course.write('steps/02-world/lib', 'my file')
  const { code, output } = await runCommand(reset, '2', course.root)
  expect(code).toBe(2)
  expect(output).toMatch(/lib is not a folder, but one belongs there.*Nothing was changed$/)
  expect(await course.read(index)).toBe('mine')
  expect(await course.read('steps/02-world/lib')).toBe('my file')
})

test('a folder in place of a file: the reset changes nothing', async () => {
  await course.write(words, 'mine')
  await rm(course.path(index))
  await course.write(`${index}/precious.ts`, 'mine')
  const { output } = await runCommand(reset, '2', course.root)
  expect(output).toMatch(/index\.ts is a folder.*Nothing was changed$/)
  expect(await course.read(`${index}/precious.ts`)).toBe('mine')
  expect(await course.read(words)).toBe('mine')
})

test('a backup that cannot be written: the reset changes nothing', async () => {
  await course.write(index, 'mine')
  await course.write('.workshop/backups', 'a file')
  const { code, output } = await runCommand(reset, '2', course.root)
  expect(code).toBe(2)
  expect(output).toMatch(/Cannot write .*backups.*a file stands where a folder should be/)
  expect(await course.read(index)).toBe('mine')
})

test('a symlink is backed up as a symlink, and its target is not written', async () => {
  await course.write('elsewhere/mine.ts', 'mine')
  await rm(course.path(index))
  await symlink('../../elsewhere/mine.ts', course.path(index))
  await runCommand(reset, '2', course.root)
  expect(await course.read('elsewhere/mine.ts')).toBe('mine')
  expect((await lstat(course.path(index))).isFile()).toBe(true)
  expect(await course.read(index)).toBe(starterText)
  expect((await runCommand(backups, '', course.root)).output).toContain('index.ts')
  await runCommand(undo, '', course.root)
  expect(await readlink(course.path(index))).toBe('../../elsewhere/mine.ts')
})

test('dangling symlinks are replaced, and a symlinked step folder is reset', async () => {
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

test('a symlink to a folder outside of the project is not followed', async () => {
  const outside = `${course.root} outside`
  onTestFinished(() => rm(outside, { recursive: true }))
  await mkdir(`${outside}/lib`, { recursive: true })
  await writeFile(`${outside}/index.ts`, 'not yours')
  const linked = ['steps/02-world', 'steps/02-world/lib', 'steps']
  for (const [at, place] of linked.entries()) {
    await rm(course.path('steps'), { recursive: true, force: true })
    if (at < 2) await mkdir(dirname(course.path(place)), { recursive: true })
    await symlink(at === 1 ? `${outside}/lib` : outside, course.path(place))
    const { code, output } = await runCommand(reset, '2', course.root)
    expect(output).toMatch(/ is a link that leads out of this project\. Move it away.*changed$/)
    expect(code).toBe(2)
  }
  expect(await readdir(outside, { recursive: true })).toEqual(['index.ts', 'lib'])
  expect(await readFile(`${outside}/index.ts`, 'utf8')).toBe('not yours')
})

test('undo restores the files in the folder of the backup, also edited ones', async () => {
  await course.write(index, 'mine')
  await runCommand(reset, '2', course.root)
  const [backup] = await listBackups(course.root)
  const folder = `.workshop/backups/${basename(backup?.folder ?? '')}`
  await course.write(`${folder}/index.ts`, 'mine, and repaired by hand')
  await rm(course.path(words))
  await runCommand(undo, '', course.root)
  expect(await course.read(index)).toBe('mine, and repaired by hand')
  await rm(course.path(folder), { recursive: true })
  await mkdir(course.path(folder))
  expect((await runCommand(backups, '', course.root)).output).toContain('no files')
})

test('undo restores a backup of an earlier version', async () => {
  const folder = '.workshop/backups/2026-01-31T10-20-30-400Z-02-world'
  await course.write(`${folder}/index.ts`, 'mine')
  await course.write(`${folder}/.backup.json`, '{"why":"reset","files":[]}')
  await runCommand(undo, '', course.root)
  expect(await course.read(index)).toBe('mine')
})

test('the next reset removes temporary files of a killed one', async () => {
  const left = [
    '.workshop/backups/.draft-1/index.ts',
    'steps/02-world/.index.ts.01234567.draft',
  ] as const
  for (const name of left) await course.write(name, 'left')
  const longAgo = new Date(Date.now() - 120_000)
  for (const name of [dirname(left[0]), left[1]])
    await utimes(course.path(name), longAgo, longAgo)
  await course.write(index, 'mine')
  await runCommand(reset, '2', course.root)
  for (const name of left) await expect(lstat(course.path(name))).rejects.toThrow('ENOENT')
})

test('a reset does not write damaged starters', async () => {
  await course.write(index, 'mine')
  const text = await course.read('workshop/course/starters.json')
  await course.write('workshop/course/starters.json', text.replace('print it', 'print that'))
  expect((await runCommand(reset, '2', course.root)).output).toMatch(
    /starters\.json is damaged/,
  )
  await rm(course.path('workshop/course/starters.json'))
  expect((await runCommand(reset, '2', course.root)).output).toMatch(
    /starters\.json is missing/,
  )
  expect(await course.read(index)).toBe('mine')
})
