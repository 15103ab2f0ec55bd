import { createClient } from 'redis'
import { expect, onTestFinished, test } from 'vitest'
import { startTestRedis } from '../proxy/proxy-fixture.ts'
import { CliProcess } from '../../../workshop/dev/cli-process.ts'
import { root } from '../../../workshop/paths.ts'

const password = 's3same-open'

function launch(words = ''): CliProcess {
  const terminal = CliProcess.run(root, `wire ${words}`.trim())
  onTestFinished(() => terminal.signal('SIGKILL'))
  return terminal
}

async function client(port: string, options = {}) {
  const url = `redis://:${password}@127.0.0.1:${port}`
  const created = createClient({ url, ...options })
  created.on('error', () => {})
  onTestFinished(() => created.destroy())
  return created.connect()
}

test.each([2, 3] as const)(
  'npm run wire prints the traffic of a program with RESP%i, without the password',
  async (RESP) => {
    const redis = await startTestRedis('--requirepass', password)
    const terminal = launch(`redis://:${password}@127.0.0.1:${redis.port}`)
    const port = await terminal.waitForOutput(/redis:\/\/127\.0\.0\.1:(\d+)/)
    await terminal.waitForOutput(/Ctrl\+C ends it/)
    const subscriber = await client(port, { RESP })
    const received = new Promise((resolve) => void subscriber.subscribe('jobs', resolve))
    await terminal.waitForOutput(/SUBSCRIBE jobs +-> ok/)
    const billing = await client(port, { RESP, name: 'billing' })
    await billing.publish('jobs', 'one')
    await billing.publish('job', 'two')
    expect(await received).toBe('one')
    await terminal.waitForOutput(/billing {2}conn 2 {2}PUBLISH jobs one +-> 1 receiver/)
    await terminal.waitForOutput(/billing {2}conn 2 {2}PUBLISH job two +-> 0 receivers/)
    const own = process.platform === 'linux' ? `\\S+ ${process.pid}` : 'a client'
    await terminal.waitForOutput(new RegExp(`${own}  conn 1  <- message jobs one`))
    expect(terminal.output).not.toContain(password)
    terminal.signal('SIGINT')
    expect(await terminal.ended).toMatchObject({ code: 0, stderr: '' })
  },
)

test.each([
  ['', /^It is: npm run wire redis:\/\/HOST:PORT/],
  ['redis://127.0.0.1:1 2 3', /^It is: npm run wire redis:\/\/HOST:PORT/],
  ['redis://127.0.0.1:1 70000', /^It is: npm run wire redis:\/\/HOST:PORT/],
  ['127.0.0.1:1', /^The URL is malformed: it is not a URL/],
  ['redis://127.0.0.1:1', /^The URL: 127\.0\.0\.1:1 refused the connection/],
])('npm run wire %s prints one line and ends with exit code 2', async (words, line) => {
  const { code, stdout, stderr } = await launch(words).ended
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(line)
  expect(stderr.trim().split('\n')).toHaveLength(1)
})

test('npm run wire reports a port in use', async () => {
  const redis = await startTestRedis()
  const terminal = launch(`redis://127.0.0.1:${redis.port} ${redis.port}`)
  const stderr = `Port ${redis.port} is taken: name another one, or none\n`
  expect(await terminal.ended).toMatchObject({ code: 2, stderr })
})
