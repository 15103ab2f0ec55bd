import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { CliProcess } from '../../../workshop/dev/cli-process.ts'
import { findChromium } from '../../e2e/support/find-chromium.ts'
import { root } from '../../../workshop/paths.ts'
import { newFolder, script } from '../redis/redis-support.ts'

let bin = ''

beforeEach(() => {
  bin = newFolder()
})

test.each(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'])(
  '%s on the PATH is used',
  (name) => {
    const file = script(bin, name, 'exit 0')
    expect(findChromium({ PATH: bin })).toBe(file)
  },
)

test('CHROMIUM_PATH has precedence over the PATH', () => {
  script(bin, 'chromium', 'exit 0')
  const mine = script(join(bin, 'mine'), 'browser', 'exit 0')
  expect(findChromium({ PATH: bin, CHROMIUM_PATH: mine })).toBe(mine)
})

test('a CHROMIUM_PATH without a program is an error, even if the PATH has one', () => {
  script(bin, 'chromium', 'exit 0')
  expect(() => findChromium({ PATH: bin, CHROMIUM_PATH: '/not/there' })).toThrow(
    /^CHROMIUM_PATH is \/not\/there, .*Install it .*apt-get install chromium/,
  )
})

test.each([
  ['', { PATH: '' }, /^There is no Chromium on this machine's PATH\. Install it .*\n$/],
  ['', { CHROMIUM_PATH: '/bin/sh' }, /^\/bin\/sh does not start: .*\n$/],
  [' 99', {}, /^No page test is called "99"\. There are: 05-express-sessions, .*\n$/],
  [' -- --ui', {}, /^npm run test:browser takes words, not flags: .*\n$/],
])('test browser%s with %j: one line, exit code 2', async (words, env, line) => {
  const result = await CliProcess.run(root, `test browser${words}`, env).ended
  expect(result.stderr).toMatch(line)
  expect(result).toMatchObject({ code: 2 })
  expect(result.stdout).toMatch(/^This opens the pages of the solutions in a real browser/)
})
