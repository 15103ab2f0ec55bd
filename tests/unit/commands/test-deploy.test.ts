import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { CliProcess } from '../../../workshop/dev/cli-process.ts'
import { findNginx } from '../../e2e/support/find-nginx.ts'
import { root } from '../../../workshop/paths.ts'
import { newFolder, script } from '../redis/redis-support.ts'

let bin = ''

beforeEach(() => {
  bin = newFolder()
})

test('nginx on the PATH has precedence over one in /usr/sbin', () => {
  const file = script(bin, 'nginx', 'exit 0')
  script(join(bin, 'sbin'), 'nginx', 'exit 0')
  expect(findNginx({ PATH: bin }, join(bin, 'sbin'))).toBe(file)
})

test('nginx in /usr/sbin is found when the PATH has none', () => {
  const file = script(join(bin, 'sbin'), 'nginx', 'exit 0')
  expect(findNginx({ PATH: bin }, join(bin, 'sbin'))).toBe(file)
})

test('NGINX_PATH has precedence', () => {
  script(bin, 'nginx', 'exit 0')
  const mine = script(join(bin, 'mine'), 'router', 'exit 0')
  expect(findNginx({ PATH: bin, NGINX_PATH: mine })).toBe(mine)
})

test('without nginx the error names what to install', () => {
  expect(() => findNginx({ PATH: bin }, join(bin, 'sbin'))).toThrow(
    /^There is no nginx on this machine's PATH\. Install it .*apt-get install nginx/,
  )
})

test.each([
  [
    '',
    { NGINX_PATH: '/not/there' },
    /^NGINX_PATH is \/not\/there, .*apt-get install nginx.*\n$/,
  ],
  [' 99', {}, /^No deployment test is called "99"\. There are: .*\n$/],
  [' -- --ui', {}, /^npm run test:deploy takes words, not flags: .*\n$/],
])('test deploy%s with %j: one line, exit code 2', async (words, env, line) => {
  const result = await CliProcess.run(root, `test deploy${words}`, env).ended
  expect(result.stderr).toMatch(line)
  expect(result).toMatchObject({ code: 2 })
  expect(result.stdout).toMatch(/^This runs the programs of the deployment files/)
})
