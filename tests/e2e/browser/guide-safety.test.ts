import { type RequestOptions, createServer, request } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { io } from 'socket.io-client'
import { expect } from 'vitest'
import { crossOriginPage } from './cross-origin-request.ts'
import { guide } from './guide-fixture.ts'

const step = '/step/03-publish-subscribe'
const start = {
  do: 'start',
  slug: '03-publish-subscribe',
  solution: true,
  instances: 2,
  workers: 1,
}
const hostile = '<img src=x onerror="window.attacked=1">'

guide((test) => {
  test('the guide answers local requests to loopback names only, and only with its token', async (fixture) => {
    const { url } = fixture
    const { port } = new URL(url)
    const host = `127.0.0.1:${port}`
    const cookie = await fixture.cookie()
    expect(await status(url, { host, cookie })).toBe(200)
    expect(await status(url, { host: `localhost:${port}`, cookie })).toBe(200)
    for (const path of ['/', step, '/guide.js', '/pictures/flow.svg', '/nowhere'])
      expect(await status(url + path, { host }), path).toBe(403)
    expect(await status(`${url}${step}/%`, { host, cookie })).toBe(404)
    for (const foreign of ['evil.example', `evil.example:${port}`])
      expect(await status(url, { host: foreign, cookie }), foreign).toBe(403)
    for (const origin of ['http://evil.example', 'null', `http://localhost:${port}`])
      expect(await status(url, { host, origin, cookie }), origin).toBe(403)
    for (const site of ['cross-site', 'same-site'])
      expect(await status(url, { host, 'sec-fetch-site': site, cookie }), site).toBe(403)
    expect(await listensElsewhere(Number(port))).toBe(false)
  })

  test('only the slides of the same folder may frame the guide, and only its stage', async (fixture) => {
    const cookie = await fixture.cookie()
    const policyOf = async (path: string) => {
      const { headers } = await fetch(fixture.url + path, { headers: { cookie } })
      return /frame-ancestors (.*)/.exec(headers.get('content-security-policy') ?? '')?.[1]
    }
    const stage = '/stage/03-publish-subscribe'
    expect(await policyOf(stage)).toBe("'none'")
    await fixture.write('.workshop/slides-port', '4322')
    expect(await policyOf(stage)).toBe('http://127.0.0.1:4322')
    expect(await policyOf(step)).toBe("'none'")
    const { host } = new URL(fixture.url)
    for (const [site, answer] of [
      ['same-site', 200],
      ['cross-site', 403],
    ] as const) {
      const headers = { host, cookie, 'sec-fetch-site': site }
      expect(await status(fixture.url + stage, headers), site).toBe(answer)
    }
    expect(await status(fixture.url + stage, { host, 'sec-fetch-site': 'same-site' })).toBe(403)
  })

  test("a WebSocket needs the origin of the guide's page and the token", async (fixture) => {
    const { url } = fixture
    const cookie = await fixture.cookie()
    const foreign = [
      'http://evil.example',
      'null',
      undefined,
      url.replace('127.0.0.1', 'localhost'),
    ]
    for (const origin of foreign)
      expect(await connects(url, { origin, cookie }), String(origin)).toBe(false)
    expect(await connects(url, { origin: url })).toBe(false)
    expect(await connects(url, { origin: url, cookie: `${cookie}x` })).toBe(false)
    expect(await connects(url, { origin: url, cookie })).toBe(true)
  })

  test('a browser without the token is shown where the token is printed', async (fixture) => {
    const grace = await fixture.openWithoutToken('grace', step)
    grace.log.expect(/answered 403$/)
    await grace.waitForText(/This page needs the token of the printed address/)
    await grace.page.goto(fixture.printedUrl)
    await grace.page.goto(fixture.url + step)
    await grace.waitForText('live')
    expect(grace.page.url()).not.toContain('token')
  })

  test('a page of another origin in the same browser can neither start nor show anything', async (fixture) => {
    const elsewhere = await serve(crossOriginPage(fixture.url, start))
    const grace = await fixture.open('grace', step)
    const { page } = grace
    const evil = await page.context().newPage()
    await evil.goto(elsewhere.url)
    await expect.poll(() => evil.evaluate('document.title')).toBe('tried everything')
    expect(await evil.evaluate('window.won')).toEqual([])
    await elsewhere.close()
    // Fence: an action of the guide's own page comes after any that got through.
    await grace.press('Start one')
    await page.getByRole('region', { name: 'web.1', exact: true }).waitFor()
    expect(await page.getByRole('region', { name: 'web.2', exact: true }).count()).toBe(0)
  })

  test('the guide still answers after invalid, impossible and very many requests', async (fixture) => {
    const grace = await fixture.open('grace', step)
    const socket = io(fixture.url, {
      transports: ['websocket'],
      extraHeaders: { origin: fixture.url, cookie: await fixture.cookie() },
    })
    const malformed = [
      null,
      7,
      'stop',
      [],
      {},
      { do: 'start' },
      { do: 'toString' },
      { do: '__proto__' },
    ]
    for (const one of malformed) {
      const answer: unknown = await socket.emitWithAck('act', one)
      expect(answer, JSON.stringify(one)).toEqual({
        problem: 'That was not understood. Reload this page',
      })
    }
    for (const file of ['../../package.json', '/etc/passwd', 'README.md', '.env']) {
      const open = { do: 'open', slug: '03-publish-subscribe', file }
      const answer: unknown = await socket.emitWithAck('act', open)
      expect(answer, file).toMatchObject({ problem: expect.stringMatching(/^There is no /) })
    }
    socket.emit('act', start, 'no function')
    await grace.page.getByRole('region', { name: 'web.2', exact: true }).waitFor()
    // It does not end what runs.
    for (const slug of ['99-nowhere', '../../../etc']) {
      const answer: unknown = await socket.emitWithAck('act', { ...start, slug })
      expect(answer).toMatchObject({ problem: expect.stringMatching(/^There is no step /) })
    }
    await grace.page.getByRole('region', { name: 'web.2', exact: true }).waitFor()
    // 300 requests at once share one computation, or are refused as too many.
    const diff = { do: 'diff', slug: start.slug }
    const answers: { problem: string }[] = await Promise.all(
      Array.from({ length: 300 }, () => socket.emitWithAck('act', diff)),
    )
    const problems = new Set(answers.map(({ problem }) => problem))
    expect([...problems]).toEqual(['', expect.stringMatching(/^Too many requests at once/)])
    socket.close()
  })

  test('HTML in lessons, messages, channels and logs is escaped', async (fixture) => {
    const lesson = await fixture.read('steps/03-publish-subscribe/README.md')
    const evil = `${hostile} [link](javascript:window.attacked=1) <script>window.attacked=1</script>`
    await fixture.write(
      'steps/03-publish-subscribe/README.md',
      lesson
        .replace('## See it fail', `${evil}\n\n## See it fail`)
        .replace('</summary>', `${hostile}</summary>`)
        .replace('- uses two', `- ${hostile} uses two`),
    )
    await fixture.write('steps/03-publish-subscribe/index.ts', shouting)
    await fixture.stop()
    await fixture.start()
    const grace = await fixture.open('grace', step)
    const { page } = grace
    await page.getByText(hostile).first().waitFor()
    await grace.press('Start one')
    const messages = page.getByRole('list', { name: 'Messages, newest first' })
    await messages.getByRole('button', { name: /onerror/ }).click()
    await grace.waitForText('Redis answered')
    const web1 = page.getByRole('region', { name: 'web.1', exact: true })
    await grace.waitForText(hostile, web1)
    const wrong = 'img:not([src^="/pictures/"]), #lesson script, a[href^="javascript:"]'
    expect(await page.locator(wrong).count()).toBe(0)
    expect(await page.evaluate('window.attacked')).toBeUndefined()
  })
})

const shouting = `
import { createClient } from 'redis'
const client = createClient({ url: process.env.REDIS_URL })
await client.connect()
const evil = ${JSON.stringify(hostile)}
console.log(evil)
await client.publish(evil, evil)
setInterval(() => {}, 1000)
`

function status(url: string, headers: RequestOptions['headers']): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
      .once('error', reject)
      .end()
  })
}

// 127.0.0.2 is a loopback address as well, but the guide does not listen on it.
function listensElsewhere(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.2', port })
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

async function connects(
  url: string,
  headers: { origin?: string | undefined; cookie?: string },
): Promise<boolean> {
  const stated = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  const socket = io(url, {
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    extraHeaders: Object.fromEntries(stated),
  })
  const connected = await new Promise<boolean>((resolve) => {
    socket.once('hello', () => resolve(true))
    socket.once('connect_error', () => resolve(false))
  })
  socket.close()
  return connected
}

async function serve(html: string): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((_req, res) => {
    res.setHeader('Content-Type', 'text/html').end(html)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address: AddressInfo | string | null = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    // Another site to the browser, on the same machine.
    url: `http://localhost:${port}/`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
