import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errorCode } from '../../../workshop/errors.ts'
import { dataPath } from '../../../workshop/paths.ts'
import { listen } from '../../../workshop/proxy/sockets.ts'
import {
  createLocalApp,
  endRoutes,
  isLocalRequest,
  isLocalSocket,
  readOrCreateToken,
} from '../../../workshop/web/index.ts'

const token = 'abcdefghijklmnopqrstuv'
const local = { name: 'guide', token, forwarded: false }
const host = '127.0.0.1:4321'
const codespace = 'ada-4321.app.github.example'
const asked = (headers: Record<string, string>) => ({ headers, socket: { localPort: 4321 } })

describe('a local request', () => {
  test.each([
    [{ host }, true],
    [{ host: 'localhost:4321' }, true],
    // ssh -L 9000:127.0.0.1:4321
    [{ host: 'localhost:9000', origin: 'http://localhost:9000' }, true],
    [{ host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }, true],
    [{ host, 'sec-fetch-site': 'none' }, true],
    [{}, false],
    [{ host: 'rebound.example:4321' }, false],
    [{ host: '127.0.0.1.rebound.example' }, false],
    [{ host, origin: 'null' }, false],
    [{ host, origin: `https://${host}` }, false],
    [{ host, origin: 'http://127.0.0.1:3000' }, false],
    [{ host, 'sec-fetch-site': 'same-site' }, false],
    [{ host, 'sec-fetch-site': 'cross-site' }, false],
    [{ host, origin: `https://${codespace}`, 'x-forwarded-host': codespace }, false],
  ])('%j: %s', (headers, isLocal) => {
    expect(isLocalRequest(asked({ ...headers }), local)).toBe(isLocal)
  })

  test.each([
    [{ host: codespace, origin: `https://${codespace}` }, true],
    [{ host, origin: `https://${codespace}`, 'x-forwarded-host': codespace }, true],
    [{ host: codespace, 'sec-fetch-site': 'cross-site' }, true],
    [{ host: codespace, origin: 'https://evil.example' }, false],
    [{ host, origin: 'http://127.0.0.1:3000' }, false],
  ])('when ports are forwarded, %j: %s', (headers, isLocal) => {
    const rules = { ...local, forwarded: true }
    expect(isLocalRequest(asked({ ...headers }), rules)).toBe(isLocal)
    const cookie = `guide-4321=${token}`
    const withOrigin = 'origin' in headers
    expect(isLocalSocket(asked({ ...headers, cookie }), rules)).toBe(isLocal && withOrigin)
    expect(isLocalSocket(asked({ ...headers }), rules)).toBe(false)
  })

  test('a page of another local server can be the origin of one for its frame', () => {
    for (const [site, isLocal] of [
      ['same-site', true],
      ['cross-site', false],
    ] as const) {
      const request = asked({ host, 'sec-fetch-site': site })
      expect(isLocalRequest(request, local, true), site).toBe(isLocal)
    }
  })

  test('a WebSocket needs the origin of the page that it serves, and the token', () => {
    const cookie = `other=1; guide-4321=${token}`
    const origin = `http://${host}`
    expect(isLocalSocket(asked({ host, origin, cookie }), local)).toBe(true)
    expect(isLocalSocket(asked({ host, cookie }), local)).toBe(false)
    for (const wrong of ['', 'guide-4321=', `guide-4322=${token}`, `guide-4321=${token}x`])
      expect(isLocalSocket(asked({ host, origin, cookie: wrong }), local), wrong).toBe(false)
  })
})

describe('a server with a token', () => {
  const app = createLocalApp(local, () => ({}))
  app.get('/step/:slug', (req, res) => void res.send(`step ${req.params.slug}`))
  app.get('/broken', () => {
    throw new URIError('not caused by the URL')
  })
  endRoutes(app, () => 'There is no such page')
  const server = createServer(app)
  let url = ''
  beforeAll(async () => {
    url = `http://127.0.0.1:${await listen(server, 0)}`
  })
  afterAll(() => void server.close())

  test('answers 403 to every request without it', async () => {
    for (const path of ['/', '/step/1', `/step/1?token=${token}x`, '/guide.js']) {
      const response = await fetch(url + path)
      expect(response.status).toBe(403)
      expect(response.headers.has('set-cookie')).toBe(false)
      expect(await response.text()).toMatch(/^This page needs the token of the printed address/)
    }
  })

  test('moves it from the URL to a cookie', async () => {
    const response = await fetch(`${url}//step/1?token=${token}`, { redirect: 'manual' })
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/step/1')
    const cookie = response.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/^guide-\d+=\S+; Path=\/; HttpOnly; SameSite=Lax$/)
    const headers = { cookie: cookie.split(';')[0] ?? '' }
    expect(await (await fetch(`${url}/step/1`, { headers })).text()).toBe('step 1')
    const damaged = await fetch(`${url}/step/%`, { headers })
    expect([damaged.status, await damaged.text()]).toEqual([404, 'There is no such page'])
  })
})

describe('the token file', () => {
  const name = `test-token-${process.pid}`
  const file = dataPath(name)
  afterAll(() => rm(file, { force: true }))

  test('is created once, readable by its owner only', async () => {
    const [first, second] = await Promise.all([
      readOrCreateToken(name),
      readOrCreateToken(name),
    ])
    expect(first).toMatch(/^[\w-]{22}$/)
    expect(await readOrCreateToken(name)).toBe(await readFile(file, 'utf8'))
    expect([first, second]).toContain(await readOrCreateToken(name))
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  test.skipIf(process.platform === 'win32')(
    'is replaced when other users can read it, or when it is damaged',
    async () => {
      const first = await readOrCreateToken(name)
      await chmod(file, 0o644)
      expect(await readOrCreateToken(name)).not.toBe(first)
      await writeFile(file, 'damaged')
      expect(await readOrCreateToken(name)).toMatch(/^[\w-]{22}$/)
    },
  )

  test('fails with ENOENT in a folder that does not exist', async () => {
    const failure = await readOrCreateToken('no-folder/token').catch(errorCode)
    expect(failure).toBe('ENOENT')
  })
})
