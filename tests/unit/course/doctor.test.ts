import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkRedis, run as doctor } from '../../../workshop/commands/doctor.ts'
import * as folder from '../../../workshop/course/doctor/installation.ts'
import * as network from '../../../workshop/course/doctor/network.ts'
import * as programs from '../../../workshop/course/doctor/programs.ts'
import * as machine from '../../../workshop/course/doctor/machine.ts'
import { root } from '../../../workshop/paths.ts'
import { type TinyCourse, runCommand, tinyCourse } from './course-fixture.ts'

let course: TinyCourse
beforeEach(async () => {
  course = await tinyCourse()
})
afterEach(() => course.remove())

const bare = { PATH: '/nowhere' }

test('doctor prints one line per finding, and sets the exit code', async () => {
  await course.write('package.json', '{"dependencies":{"no-such-package":"1.2.3"}}')
  const { code, output } = await runCommand(doctor, '', course.root)
  expect(code).toBe(2)
  expect(output).toContain(
    'problem  Packages: no-such-package is missing, not 1.2.3. Run: npm install',
  )
  expect(output).toMatch(/^ok {7}Node 2\d/)
  expect(output).toMatch(/^(ok|problem) +(Redis|No Redis|REDIS_URL)/m)
  expect(await runCommand(doctor, 'now', course.root)).toMatchObject({ code: 2 })
})

test('packages that are missing or have another version are a problem', async () => {
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

test('packages are found in a node_modules of a parent folder', async () => {
  await course.write('package.json', '{}')
  await course.write('lessons/package.json', '{"dependencies":{"a":"1.0.0"}}')
  await course.write('node_modules/a/package.json', '{"version":"1.0.0"}')
  expect(await folder.checkPackages(course.path('lessons'))).toMatchObject({ state: 'ok' })
})

test('an esbuild that does not run: the line names omitted packages or a noexec disk', () => {
  const omitted =
    'The package "@esbuild/linux-x64" could not be found, and is needed by esbuild.'
  expect(folder.explainEsbuild(new Error(`${omitted}\n\nIf you are`)).text).toBe(
    `esbuild does not run: ${omitted} Optional packages are left out. Run: npm install --include=optional`,
  )
  const noexec = new Error('spawn /mnt/node_modules/@esbuild/linux-x64/bin/esbuild EACCES')
  expect(folder.explainEsbuild(noexec).text).toMatch(/EACCES\. Move .* without noexec\)$/)
})

const ownedBy = (name: string) => async (path: string) => (path.endsWith(name) ? 0 : 1000)

test('files that belong to root are a problem', async () => {
  const found = await folder.checkOwner(course.root, 1000, ownedBy('steps/01-hello'))
  expect(found.state).toBe('problem')
  expect(found.text).toMatch(
    /steps\/01-hello belongs to root \(after sudo npm start\?\)\. Run here: sudo chown -R "\$\(id -un\)" \.$/,
  )
  expect(await folder.checkOwner(course.root, 1000, ownedBy('nothing'))).toMatchObject({
    state: 'ok',
  })
  expect(await folder.checkOwner(course.root, 0, ownedBy(''))).toMatchObject({ state: 'ok' })
})

test('a folder in which programs can be started is ok', async () => {
  expect(await folder.checkExecutable(course.root)).toMatchObject({ state: 'ok' })
  expect(await readdir(course.path('.workshop'))).toEqual([])
})

test('a folder that is not writable is a problem', async () => {
  expect(await folder.checkWritable(course.root)).toMatchObject({ state: 'ok' })
  await course.write('elsewhere', 'a file')
  expect(await folder.checkWritable(course.path('elsewhere'))).toMatchObject({
    state: 'problem',
    text: expect.stringMatching(/^Cannot write .*: a file stands where a folder should be/),
  })
})

test('too little free disk space is a problem', async () => {
  expect(await folder.checkDisk(course.root)).toHaveProperty(
    'text',
    expect.stringMatching(/B free/),
  )
  expect(folder.checkFreeSpace(10e6)).toMatchObject({ state: 'problem' })
  expect(folder.checkFreeSpace(200e6)).toMatchObject({ state: 'note' })
  expect(folder.checkFreeSpace(20e9)).toEqual({ state: 'ok', text: 'Disk: 18 GB free' })
})

test('a zip download, CRLF, damaged starters and temporary files are reported', async () => {
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

test('an old Node, other systems and missing optional programs are reported', async () => {
  expect(machine.checkNode('20.18.3').text).toBe(
    'Node 20.18.3 is too old: 20.19 or newer. Get one at https://nodejs.org',
  )
  expect(machine.checkNode('22.0.0')).toMatchObject({ state: 'ok' })
  expect(machine.checkSystem('win32').text).toContain('inside WSL')
  expect(machine.checkSystem('linux', '5.15-microsoft-standard-WSL2').text).toContain('/mnt/c')
  expect(await programs.checkDocker(bare)).toMatchObject({ state: 'note' })
  expect(await programs.checkLsof(bare, 'linux')).toMatchObject({ state: 'note' })
  expect(await programs.checkRunning(root, bare)).toMatchObject({ state: 'note' })
})

const unknown = async () => {
  throw Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' })
}

test('a localhost that does not resolve to 127.0.0.1 is reported', async () => {
  expect(await network.checkLocalhost(async () => ['::1', '127.0.0.1'])).toMatchObject({
    state: 'ok',
  })
  expect(await network.checkLocalhost(unknown)).toEqual({
    state: 'problem',
    text: 'localhost cannot be resolved (ENOTFOUND). Add the line "127.0.0.1 localhost" to /etc/hosts',
  })
  expect((await network.checkLocalhost(async () => ['10.0.0.1'])).text).toMatch(
    /^localhost is 10\.0\.0\.1, not 127\.0\.0\.1\. /,
  )
})

test('the ports, and an HTTP proxy that would get requests to localhost, are checked', async () => {
  expect(await network.checkPorts()).toMatchObject({ state: 'ok' })
  const env = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: 'http://proxy.invalid:3128' }
  expect(network.checkHttpProxy(env)).toMatchObject({ state: 'problem' })
  expect(network.checkHttpProxy({ ...env, NO_PROXY: 'localhost,127.0.0.1' }).state).toBe('ok')
  expect(network.checkHttpProxy({ HTTP_PROXY: env.HTTP_PROXY })).toMatchObject({ state: 'ok' })
})

test('file watching, the open-file limit and the speed of the machine are checked', async () => {
  expect(await machine.checkWatching(course.root)).toMatchObject({ state: 'ok' })
  expect(machine.checkOpenFiles(512)).toMatchObject({ state: 'problem' })
  expect(machine.checkOpenFiles(undefined)).toMatchObject({ state: 'ok' })
  expect(await machine.openFilesLimit()).toBeGreaterThan(0)
  const fast = { startMs: 60, cores: 2, load: 0.5 }
  expect(machine.checkSpeed(fast)).toEqual({
    state: 'ok',
    text: 'Speed: Node starts in 60 ms; 2 cores, load 0.5',
  })
  for (const slow of [{ startMs: 900 }, { cores: 0.25 }, { load: 24 }])
    expect(machine.checkSpeed({ ...fast, ...slow })).toMatchObject({ state: 'note' })
  expect(await machine.measureSpeed(process.env, 1)).toEqual({
    startMs: expect.any(Number),
    cores: expect.any(Number),
    load: expect.any(Number),
  })
})

test.skipIf(process.platform === 'win32')(
  'a locale that is not installed is reported',
  async () => {
    const env = { ...process.env, LC_ALL: 'xx_XX.UTF-8' }
    expect(await machine.checkLocale(env)).toEqual({
      state: 'note',
      text: 'Locale: xx_XX.UTF-8 is not installed here. Redis is started without it',
    })
    expect(await machine.checkLocale({ ...env, LC_ALL: 'C' })).toMatchObject({ state: 'ok' })
  },
)

test('running programs of the workshop are listed', async () => {
  const mark = join(course.root, '.workshop', 'build', 'x.mjs')
  // Not a child of this process: doctor ignores its own children.
  const start = `require('child_process').spawn(process.execPath, ['-e', 'process.stdin.resume()', ${JSON.stringify(mark)}], { stdio: [0, 1, 2] }).once('spawn', function () { console.log(this.pid) })`
  const child = spawn(process.execPath, ['-e', start], { stdio: 'pipe' })
  const [pid] = await once(child.stdout, 'data')
  try {
    await expect
      .poll(async () => (await programs.checkRunning(course.root)).text)
      .toBe(
        `Running: 1 program of the workshop (pid ${String(pid).trim()}), of an open guide, a step or a check. All end with: npm run stop`,
      )
  } finally {
    child.stdin.end()
  }
})

test('a REDIS_URL that does not connect is a problem, printed without its password', async () => {
  const { state, text } = await checkRedis({ REDIS_URL: 'redis://ada:secret@127.0.0.1:1' })
  expect(state).toBe('problem')
  expect(text).toMatch(/^REDIS_URL: .*127\.0\.0\.1:1.*Put it right, or unset it$/)
  expect(text).not.toContain('secret')
  expect(text).not.toContain('\n')
})
