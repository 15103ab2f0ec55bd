import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkRedis, run as doctor } from '../../../workshop/commands/doctor.ts'
import * as folder from '../../../workshop/course/doctor/installation.ts'
import * as machine from '../../../workshop/course/doctor/machine.ts'
import { root } from '../../../workshop/paths.ts'
import { type TinyCourse, runCommand, tinyCourse } from './course-fixture.ts'

let course: TinyCourse
beforeEach(async () => {
  course = await tinyCourse()
})
afterEach(() => course.remove())

const bare = { PATH: '/nowhere' }

test('one line for each thing, and an exit code', async () => {
  await course.write('package.json', '{"dependencies":{"redis":"1.2.3"}}')
  const { code, output } = await runCommand(doctor, '', course.root)
  expect(code).toBe(2)
  expect(output).toContain('problem  Packages: redis is missing, not 1.2.3. Run: npm install')
  expect(output).toMatch(/^ok {7}Node 2\d/)
  expect(output).toMatch(/^(ok|problem) +(Redis|No Redis|REDIS_URL)/m)
  expect(await runCommand(doctor, 'now', course.root)).toMatchObject({ code: 2 })
})

test('packages', async () => {
  expect(await folder.checkPackages(course.root)).toMatchObject({ state: 'problem' })
  expect(await folder.checkPackages(root)).toMatchObject({ state: 'ok' })
  await course.write('package.json', '{"dependencies":{"a":"1.0.0","b":"2.0.0"}}')
  await course.write('node_modules/a/package.json', '{"version":"1.0.1"}')
  await course.write('node_modules/b/package.json', '{')
  expect((await folder.checkPackages(course.root)).text).toBe(
    'Packages: a is 1.0.1, not 1.0.0 (and 1 more). Run: npm install',
  )
  expect(await folder.checkEsbuild()).toMatchObject({ state: 'ok' })
})

test('a folder that cannot be written to', async () => {
  expect(await folder.checkWritable(course.root)).toMatchObject({ state: 'ok' })
  await course.write('elsewhere', 'a file')
  expect(await folder.checkWritable(course.path('elsewhere'))).toMatchObject({
    state: 'problem',
    text: expect.stringMatching(/^Cannot write .*: a file stands where a folder should be/),
  })
})

test('room on the disk', async () => {
  expect(await folder.checkDisk(course.root)).toHaveProperty(
    'text',
    expect.stringMatching(/B free/),
  )
  expect(folder.checkFreeSpace(10e6)).toMatchObject({ state: 'problem' })
  expect(folder.checkFreeSpace(200e6)).toMatchObject({ state: 'note' })
  expect(folder.checkFreeSpace(20e9)).toEqual({ state: 'ok', text: 'Disk: 18 GB free' })
})

test('clone or zip, line ends, starters, leftovers', async () => {
  expect((await folder.checkGitClone(course.root)).text).toContain('an unpacked copy')
  await course.write('.git/HEAD', '')
  expect((await folder.checkGitClone(course.root)).text).toContain('a clone')
  expect(await folder.checkStarters(course.root)).toMatchObject({ state: 'ok' })
  await course.write('steps/01-hello/index.ts', 'a\r\n')
  expect((await folder.checkStarters(course.root)).text).toContain('1 file in steps/ with CRLF')
  await course.write('workshop/course/starters.json', '')
  expect(await folder.checkStarters(course.root)).toMatchObject({ state: 'problem' })
  expect(await folder.checkLeftovers(course.root)).toMatchObject({ state: 'ok' })
  await course.write('.workshop/backups/.draft-1/index.ts', '')
  await course.write('.workshop/.progress.json.01234567.draft', '')
  expect((await folder.checkLeftovers(course.root)).text).toMatch(
    /killed command.* and 1 more$/,
  )
})

test('Node, the system, and programs that may be missing', async () => {
  expect(machine.checkNode('20.18.3').text).toBe(
    'Node 20.18.3 is too old: 20.19 or newer. Get one at https://nodejs.org',
  )
  expect(machine.checkNode('22.0.0')).toMatchObject({ state: 'ok' })
  expect(machine.checkSystem('win32').text).toContain('inside WSL')
  expect(machine.checkSystem('linux', '5.15-microsoft-standard-WSL2').text).toContain('/mnt/c')
  expect(await machine.checkDocker(bare)).toMatchObject({ state: 'note' })
  expect(await machine.checkLsof(bare, 'linux')).toMatchObject({ state: 'note' })
  expect(await machine.checkRunning(root, bare)).toMatchObject({ state: 'note' })
})

test('programs that are running are listed', async () => {
  const mark = join(course.root, '.workshop', 'build', 'x.mjs')
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()', mark], {
    stdio: 'pipe',
  })
  try {
    await expect
      .poll(async () => (await machine.checkRunning(course.root)).text)
      .toContain(`1 program of the workshop running (pid ${child.pid})`)
  } finally {
    child.kill('SIGKILL')
  }
})

test('a REDIS_URL that leads nowhere is a problem, and keeps its password', async () => {
  const { state, text } = await checkRedis({ REDIS_URL: 'redis://ada:secret@127.0.0.1:1' })
  expect(state).toBe('problem')
  expect(text).toMatch(/^REDIS_URL: .*127\.0\.0\.1:1.*Put it right, or unset it$/)
  expect(text).not.toContain('secret')
  expect(text).not.toContain('\n')
})
