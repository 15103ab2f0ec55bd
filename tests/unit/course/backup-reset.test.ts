import { readdir, rm } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { run as backups } from '../../../workshop/commands/backups.ts'
import { run as reset } from '../../../workshop/commands/reset.ts'
import { run as undo } from '../../../workshop/commands/undo.ts'
import {
  type TinyCourse,
  runCommand,
  starterText,
  tinyCourse,
  wordsText,
} from './course-fixture.ts'

const index = 'steps/02-world/index.ts'
const words = 'steps/02-world/lib/words.ts'

let course: TinyCourse
beforeEach(async () => {
  course = await tinyCourse()
})
afterEach(() => course.remove())

test('a reset backs up what it replaces, lists it, and leaves other files', async () => {
  await course.write(index, 'mine')
  await course.write('steps/02-world/notes.md', 'my notes')
  const { code, output } = await runCommand(reset, '2', course.root)
  expect(code).toBe(0)
  expect(output).toMatch(/index\.ts +changed: kept, then the starter comes back/)
  expect(output).toMatch(/notes\.md +yours, stays/)
  expect(output).toMatch(/lib\/words\.ts +untouched, stays/)
  expect(await course.read(index)).toBe(starterText)
  expect(await course.read('steps/02-world/notes.md')).toBe('my notes')
  const [folder = ''] = await visible('.workshop/backups')
  expect(output).toContain(`.workshop/backups/${folder}`)
  expect(folder).toMatch(/^\d{4}-\d\d-\d\dT[\d-]+Z-02-world$/)
  expect(await visible(`.workshop/backups/${folder}`)).toEqual(['index.ts'])
  expect(await course.read(`.workshop/backups/${folder}/index.ts`)).toBe('mine')
})

test('undo restores every byte, and a second undo takes that back', async () => {
  const bytes = '\uFEFFmine\r\n'
  await course.write(index, bytes)
  await runCommand(reset, '2', course.root)
  expect((await runCommand(undo, '', course.root)).output).toContain(
    'Back in steps/02-world: index.ts',
  )
  expect(await course.read(index)).toBe(bytes)
  await runCommand(undo, '', course.root)
  expect(await course.read(index)).toBe(starterText)
  await runCommand(undo, '', course.root)
  expect(await course.read(index)).toBe(bytes)
  const list = await runCommand(backups, '', course.root)
  expect(list.output).toMatch(/^ 1 {2}02-world .*before an undo\n {4}index\.ts\n/)
  expect(list.output).toContain('npm run undo 2')
})

test('undo restores the backup with a given number', async () => {
  for (const text of ['first', 'second']) {
    await course.write(index, text)
    await runCommand(reset, '2', course.root)
  }
  await runCommand(undo, '2', course.root)
  expect(await course.read(index)).toBe('first')
  const { code, output } = await runCommand(undo, '9', course.root)
  expect([code, output]).toEqual([
    2,
    'There is no backup 9. There are backups 1 to 3: npm run backups lists them',
  ])
  expect((await runCommand(undo, 'two', course.root)).output).toMatch(/^Which backup\?/)
})

test('files that differ in CRLF or a byte order mark count as untouched', async () => {
  await course.write(index, starterText.replaceAll('\n', '\r\n'))
  await course.write(words, `\uFEFF${wordsText}`)
  const { output } = await runCommand(reset, '2', course.root)
  expect(output).toBe('Step 2: nothing to reset, its files are the untouched starter.')
  expect(await course.read(index)).toContain('\r\n')
  expect((await runCommand(undo, '', course.root)).output).toMatch(/^There is nothing to undo/)
  expect((await runCommand(backups, '', course.root)).output).toMatch(/^No backups/)
})

test('reset without a number lists the steps and changes nothing', async () => {
  expect((await runCommand(reset, '', course.root)).output).toMatch(/^Nothing to reset/)
  await course.write(index, 'mine')
  const { code, output } = await runCommand(reset, '', course.root)
  expect(code).toBe(0)
  expect(output).toMatch(/npm run reset 2 +02-world: index\.ts/)
  expect(await course.read(index)).toBe('mine')
})

test('a reset restores a deleted step folder', async () => {
  await rm(course.path('steps/02-world'), { recursive: true })
  const { output } = await runCommand(reset, '2', course.root)
  expect(output).toContain('4 files put in place. Nothing of yours was replaced.')
  expect(await course.read(words)).toBe(wordsText)
})

test('invalid arguments are refused in one line', async () => {
  expect((await runCommand(reset, '13', course.root)).output).toMatch(/^There is no step 13\./)
  expect((await runCommand(reset, '1 2', course.root)).output).toMatch(/^One step at a time/)
  expect((await runCommand(backups, '1', course.root)).output).toMatch(
    /^This command takes no words/,
  )
})

async function visible(folder: string): Promise<string[]> {
  return (await readdir(course.path(folder))).filter((name) => !name.startsWith('.')).toSorted()
}
