import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from '../../../workshop/paths.ts'
import { HttpSession } from '../../../workshop/check/http-session.ts'
import { SocketClient } from '../../../workshop/check/socket-client.ts'
import { type Router, Deployment } from './support/index.ts'

let site: Deployment
let router: Router

beforeAll(async () => {
  site = await Deployment.open()
  await site.up('jobs-1', 'jobs-2', 'worker-1')
  router = await site.router()
})

afterAll(async () => {
  expect(await site?.close(), 'processes that are left').toEqual([])
})

test('a web instance has three connections to Redis, a worker two, as DEPLOY.md counts', async () => {
  expect(await site.connections()).toBe(2 * 3 + 2)
})

test('a result reaches its user at every instance', async ({ signal }) => {
  const browser = await login(signal)
  const devices = [await socket(browser, signal), await socket(browser, signal)]
  const [asks] = devices
  expect(await asks?.emitWithAck('job', { name: 'primes', input: 100 })).toEqual([
    { receivers: 1 },
  ])
  const done = { name: 'primes' }
  const results = await Promise.all(devices.map((one) => one.waitForEvent('done', done)))
  expect(results.map(({ args }) => args[0])).toMatchObject([
    { result: { count: 25 } },
    { result: { count: 25 } },
  ])
  leave(devices)
})

test('SIGTERM ends the worker in time, and then no worker is running', async ({ signal }) => {
  const asks = await socket(await login(signal), signal)
  const end = await site.stop('worker-1')
  expect(end).toMatchObject({ code: 0, signal: null })
  const job = { name: 'primes', input: 100 }
  expect(await asks.emitWithAck('job', job)).toEqual([{ error: 'no worker is running' }])
  await site.up('worker-1')
  expect(await asks.emitWithAck('job', job)).toEqual([{ receivers: 1 }])
  asks.close()
})

test('the app gets the protocol from the router, and not from headers of the browser', async ({
  signal,
}) => {
  const lie = { 'X-Forwarded-Proto': 'https' }
  const browser = new HttpSession(signal)
  const answer = await browser.request(router.jobs, 'POST', '/login', {
    json: { user: 'ada' },
    headers: lie,
  })
  expect(answer).toMatchObject({ status: 200, setCookie: [{ secure: false }] })
})

test('with the lines for TLS in DEPLOY.md the cookie is Secure, and valid at every instance', async ({
  signal,
}) => {
  const secure = await site.router(tlsLines)
  const browser = new HttpSession(signal)
  const { setCookie } = await browser.request(secure.jobs, 'POST', '/login', {
    json: { user: 'ada' },
  })
  expect(setCookie).toMatchObject([{ secure: true, httpOnly: true }])
  const seen = [await me(browser, secure), await me(browser, secure)]
  expect(seen.map(({ instance }) => instance).toSorted()).toEqual(['jobs.1', 'jobs.2'])
  expect(seen.map(({ user }) => user)).toEqual(['ada', 'ada'])
})

function leave(devices: SocketClient[]): void {
  for (const one of devices) one.close()
}

async function login(signal: AbortSignal): Promise<HttpSession> {
  const browser = new HttpSession(signal)
  await browser.request(router.jobs, 'POST', '/login', { json: { user: 'ada' } })
  return browser
}

function socket(session: HttpSession, signal: AbortSignal): Promise<SocketClient> {
  return new SocketClient(router.jobs, { name: "ada's browser", session }, signal).connect()
}

async function me(
  browser: HttpSession,
  { jobs: place }: Router,
): Promise<Record<string, unknown>> {
  return (await browser.request(place, 'GET', '/me')).json
}

/** The lines of DEPLOY.md in place of `listen`, with a certificate for this machine. */
function tlsLines(port: string): string {
  const lesson = readFileSync(join(root, 'DEPLOY.md'), 'utf8')
  const [, lines] = /```nginx\n(.*?)```/s.exec(lesson) ?? []
  if (!lines) throw new Error('DEPLOY.md has no lines for nginx')
  const wire = join(root, 'workshop', 'proxy', 'localhost')
  return lines
    .replace(/listen \d+/, `listen 127.0.0.1:${port}`)
    .replace(/(?<=ssl_certificate +)\S+(?=;)/, `"${wire}.cert.pem"`)
    .replace(/(?<=ssl_certificate_key +)\S+(?=;)/, `"${wire}.key.pem"`)
}
