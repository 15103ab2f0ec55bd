import { type OutgoingHttpHeaders, get } from 'node:http'
import { createClient } from 'redis'
import { io } from 'socket.io-client'
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
    const page = await terminal.waitForOutput(/The page is at (\S+)/)
    const shown = await everythingSentTo(page)
    expect(shown).toContain(`redis://127.0.0.1:${port}`)
    expect(shown).toContain('"name":"billing"')
    expect(shown).toContain('"words":"two"')
    expect(shown).not.toContain(password)
    terminal.signal('SIGINT')
    expect(await terminal.ended).toMatchObject({ code: 0, stderr: '' })
  },
)

test('the page of npm run wire is sent to local browsers that have its token', async () => {
  const redis = await startTestRedis()
  const terminal = launch(`redis://127.0.0.1:${redis.port}`)
  const page = new URL(await terminal.waitForOutput(/The page is at (\S+)/))
  const { headers } = await fetch(page, { redirect: 'manual' })
  const cookie = headers.get('set-cookie')?.split(';')[0] ?? ''
  const status = (more: OutgoingHttpHeaders) =>
    new Promise((resolve, reject) => {
      get(page.origin, { headers: more }, (response) => {
        response.resume()
        resolve(response.statusCode)
      }).on('error', reject)
    })
  expect(await status({ cookie })).toBe(200)
  expect(await status({})).toBe(403)
  expect(await status({ cookie, host: 'evil.example' })).toBe(403)
  expect(await status({ cookie, origin: 'http://evil.example' })).toBe(403)
  await expect(snapshotOf(page.origin, {})).rejects.toThrow('websocket error')
  await expect(
    snapshotOf(page.origin, { cookie, origin: 'http://evil.example' }),
  ).rejects.toThrow('websocket error')
})

/** The page, and what its web socket is sent first. @param printed its address with the token */
async function everythingSentTo(printed: string): Promise<string> {
  const { headers } = await fetch(printed, { redirect: 'manual' })
  const cookie = headers.get('set-cookie')?.split(';')[0] ?? ''
  const { origin } = new URL(printed)
  const html = await (await fetch(origin, { headers: { cookie } })).text()
  return html + JSON.stringify(await snapshotOf(origin, { cookie, origin }))
}

function snapshotOf(url: string, extraHeaders: Record<string, string>): Promise<unknown> {
  const socket = io(url, { transports: ['websocket'], extraHeaders })
  onTestFinished(() => void socket.close())
  return new Promise((resolve, reject) => {
    socket.on('hello', resolve).on('connect_error', reject)
  })
}

test('npm run wire reports a port in use', async () => {
  const redis = await startTestRedis()
  const terminal = launch(`redis://127.0.0.1:${redis.port} ${redis.port}`)
  const stderr = `Port ${redis.port} is taken: name another one, or none\n`
  expect(await terminal.ended).toMatchObject({ code: 2, stderr })
})
