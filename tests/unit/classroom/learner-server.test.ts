import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { request } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { cleanName, rateLimits } from '../../../workshop/classroom/learner-server.ts'
import { joinClassroom } from '../../../workshop/classroom/membership.ts'
import { codePage } from '../../../workshop/classroom/pages.ts'
import { type Room, limits } from '../../../workshop/classroom/room.ts'
import { seal, startKeyAgreement } from '../../../workshop/classroom/seal.ts'
import { later } from '../support/on-finished.ts'
import { ownPort } from '../support/own-port.ts'
import { host, openRoom, tempFolder } from './classroom-fixture.ts'

const report = {
  step: '03-publish-subscribe',
  goals: ['passed', 'not yet'],
  diagnosis: 's3-never-subscribes',
  passed: 2,
  diagnosedAt: 1000,
  progressAt: 60_000,
  checkedAt: 0,
}
const publicKey = () => startKeyAgreement().publicKey

/** @returns the HTTP status */
async function post(
  url: string,
  body: Uint8Array<ArrayBuffer> | object,
  headers: Record<string, string> = {},
): Promise<number> {
  const isSealed = body instanceof Uint8Array
  const type: Record<string, string> = isSealed ? {} : { 'content-type': 'application/json' }
  const text = isSealed ? body : JSON.stringify(body)
  const init = { method: 'POST', headers: { ...type, ...headers }, body: text }
  return (await fetch(url, init)).status
}

/** A learner who has joined; the tests send valid and invalid messages as this learner. */
async function joined({ url, room }: { url: string; room: Room }, name = 'Ada') {
  const { id, secret } = await joinClassroom(url, room.code, name, tempFolder())
  const seq = room.find(id)?.seq ?? 0
  const row = () => room.rows.find((one) => one.id === id)
  const send = (purpose: string, value: object, key = secret) =>
    post(`${url}/${purpose}/${id}`, seal(key, purpose, value))
  return { id, secret, seq, row, send }
}

describe('joining', () => {
  test('needs the code, in upper or lower case, and is refused after too many wrong codes', async () => {
    const { url, room } = await openRoom()
    const tryCode = (code: unknown) =>
      post(`${url}/join`, { code, name: 'Ada', publicKey: publicKey() })
    expect(await tryCode(room.code.toLowerCase().replace('-', ''))).toBe(200)
    for (const wrong of ['', undefined, 7, [room.code], { code: room.code }, `${room.code}A`])
      expect(await tryCode(wrong)).toBe(401)
    for (let tries = 6; tries < rateLimits.wrongCodes; tries++)
      expect(await tryCode('2222-22')).toBe(401)
    expect(await tryCode(room.code)).toBe(429)
    expect(room.rows).toHaveLength(1)
  })

  test('codes are random, and have no letters that look alike', async () => {
    const codes = new Set<string>()
    for (let i = 0; i < 20; i++) codes.add((await openRoom()).room.code)
    expect(codes.size).toBe(20)
    for (const code of codes) expect(code).toMatch(/^[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{2}$/)
  })

  test('one address cannot fill a room', async () => {
    const { url, room } = await openRoom()
    const statuses: number[] = []
    for (let i = 0; i < 100; i++) {
      const body = { code: room.code, name: `name ${i}`, publicKey: publicKey() }
      statuses.push(await post(`${url}/join`, body))
    }
    expect(room.rows).toHaveLength(limits.perAddress)
    expect(statuses.filter((status) => status === 503)).toHaveLength(100 - limits.perAddress)
  })

  test.each([
    ['no key', 'AAAA'],
    // The point of order 1, which makes the shared secret known.
    ['a key without a secret', `${publicKey().slice(0, 16)}${'A'.repeat(43)}`],
    ['a number', 7],
  ])('%s instead of a public key is refused', async (_, key) => {
    const { url, room } = await openRoom()
    const body = { code: room.code, name: 'Ada', publicKey: key }
    expect(await post(`${url}/join`, body)).toBe(400)
    expect(room.rows).toEqual([])
  })
})

describe('a cross-site request', () => {
  test.each([
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-origin' },
    // DNS rebinding: another name for this address.
    { host: 'rebound.example:4400' },
  ])('with %j is refused', async (headers) => {
    const { port, room } = await openRoom()
    const body = JSON.stringify({ code: room.code, name: 'Linus', publicKey: publicKey() })
    const type = { 'content-type': 'application/json' }
    const sent = request({
      host,
      port,
      path: '/join',
      method: 'POST',
      headers: { ...type, ...headers },
    })
    sent.end(body)
    const [response] = await once(sent, 'response')
    expect(response).toMatchObject({ statusCode: 403 })
    expect(room.rows).toEqual([])
  })

  test('from a form, which cannot send JSON, is refused', async () => {
    const { url, room } = await openRoom()
    const body = new URLSearchParams({ code: room.code, name: 'Linus', publicKey: publicKey() })
    expect((await fetch(`${url}/join`, { method: 'POST', body })).status).toBe(401)
    expect(room.rows).toEqual([])
  })
})

describe('a message', () => {
  test('is accepted once: a repeated or older one is ignored', async () => {
    const place = await openRoom()
    const ada = await joined(place)
    expect(await ada.send('report', { ...report, seq: ada.seq + 2 })).toBe(204)
    const row = ada.row()
    expect(row?.report).toMatchObject({ step: report.step, goals: report.goals })
    for (const seq of [ada.seq + 2, ada.seq + 1])
      expect(await ada.send('report', { ...report, goals: [], seq })).toBe(409)
    expect(await ada.send('leave', { seq: ada.seq + 2 })).toBe(409)
    expect(ada.row()).toEqual(row)
  })

  test('with a signature of another learner, purpose or body is refused', async () => {
    const place = await openRoom()
    const [ada, eve] = [await joined(place), await joined(place, 'Linus')]
    const before = place.room.rows
    const value = { ...report, seq: ada.seq + 1 }
    expect(await ada.send('report', value, eve.secret)).toBe(401)
    const sealed = seal(ada.secret, 'report', value)
    expect(await post(`${place.url}/code/${ada.id}`, sealed)).toBe(401)
    expect(await post(`${place.url}/report/${eve.id}`, sealed)).toBe(401)
    sealed[20] = (sealed[20] ?? 0) ^ 1
    expect(await post(`${place.url}/report/${ada.id}`, sealed)).toBe(401)
    expect(await post(`${place.url}/report/${ada.id}`, new Uint8Array(5))).toBe(401)
    expect(await post(`${place.url}/report/__proto__`, sealed)).toBe(401)
    expect(place.room.rows).toEqual(before)
  })

  test.each([
    ['an unknown step', { step: '99-owned' }],
    ['a step that is no text', { step: { toString: 'x' } }],
    ['more goals than a lesson has', { goals: Array.from({ length: 41 }, () => 'passed') }],
    ['an unknown state', { goals: ['<b>'] }],
    ['a time that is none', { progressAt: 'now' }],
    ['a time in the future', { checkedAt: -1 }],
    ['more steps than there are', { passed: 1e9 }],
    ['a number that is none', { seq: 1e300 }],
  ])('with %s is refused', async (_, wrong) => {
    const ada = await joined(await openRoom())
    const before = ada.row()
    expect(await ada.send('report', { ...report, seq: ada.seq + 1, ...wrong })).toBe(400)
    expect(ada.row()).toEqual(before)
  })

  test('with an unknown diagnosis is stored without its text', async () => {
    const ada = await joined(await openRoom())
    const value = { ...report, diagnosis: 'buy-my-book', seq: ada.seq + 1 }
    expect(await ada.send('report', value)).toBe(204)
    expect(ada.row()?.report?.diagnosis).toBe('unknown')
  })

  test('that is too large, or exceeds the rate limit, is refused', async () => {
    const ada = await joined(await openRoom())
    const long = { ...report, goals: 'x'.repeat(5000), seq: ada.seq + 1 }
    expect(await ada.send('report', long)).toBe(413)
    const statuses = new Set<number>()
    for (let i = 2; !statuses.has(429); i++)
      statuses.add(await ada.send('report', { ...report, seq: ada.seq + i }))
    expect([...statuses].toSorted()).toEqual([204, 429])
  })

  test('is needed for every request: no path reads from the room', async () => {
    const { url, room } = await openRoom()
    const ada = await joined({ url, room })
    await ada.send('code', { step: report.step, files: { 'index.ts': '' }, seq: ada.seq + 1 })
    for (const path of [
      '/board',
      '/rows',
      `/code/${ada.id}`,
      '/room.json',
      '/%2e%2e/room.json',
    ]) {
      const response = await fetch(url + path)
      expect([path, response.status, await response.text()]).toEqual([path, 404, ''])
    }
  })
})

test('the board escapes HTML in the code of a learner', async () => {
  const place = await openRoom()
  const ada = await joined(place, '<img src=x onerror=alert(1)>')
  const hostile = '</code></li><script>alert(1)</script>'
  const value = { step: report.step, files: { [hostile]: hostile }, seq: ada.seq + 1 }
  expect(await ada.send('code', value)).toBe(204)
  const shown = await place.room.readCode(ada.id)
  const page = codePage(shown?.learner.name ?? '', undefined, shown?.code.files ?? {})
  expect(page).toContain('&lt;script&gt;')
  expect(page).not.toMatch(/<script|<img/)
})

test('names are short, printable, and on one line', () => {
  expect(cleanName('  Ada \n Lovelace\t')).toBe('Ada Lovelace')
  expect(cleanName('\u202egrace\u0000\u200b\u{e0041}')).toBe('grace')
  expect(cleanName('Ada'.repeat(1000))).toHaveLength(30)
  expect(cleanName(`Z${'\u0335'.repeat(500)}`)).toHaveLength(3)
  for (const nothing of ['', '\u200b', ' \n', 7, null, {}]) expect(cleanName(nothing)).toBe('')
})

test('a second learner with the same name gets a number', async () => {
  const place = await openRoom()
  await joined(place)
  await joined(place)
  expect(place.room.rows.map(({ name }) => name)).toEqual(['Ada', 'Ada (2)'])
})

test.skipIf(process.platform !== 'linux')(
  'idle connections do not block other learners',
  async () => {
    const { url, port } = await openRoom()
    const idle = Array.from({ length: 2 * rateLimits.connectionsPerAddress }, () =>
      connect({ port, host, localAddress: '127.0.0.3' }).on('error', () => {}),
    )
    later(() => idle.map((socket) => socket.destroy()))
    const late = idle.slice(rateLimits.connectionsPerAddress)
    await Promise.all(late.map((socket) => once(socket.resume(), 'close')))
    expect((await fetch(`${url}/hello`)).status).toBe(204)
  },
)

test('the files of a room are readable by its owner only, and removed with the learner', async () => {
  const folder = tempFolder()
  const place = await openRoom(folder)
  const ada = await joined(place)
  await ada.send('code', { step: report.step, files: { 'index.ts': '' }, seq: ada.seq + 1 })
  expect(await readdir(folder)).toContain(`code-${ada.id}.json`)
  expect(await ada.send('leave', { seq: ada.seq + 2 })).toBe(204)
  expect(await readdir(folder)).toEqual(['room.json'])
  expect(await ada.send('report', { ...report, seq: ada.seq + 3 })).toBe(401)
})

test('a restart keeps all received results', async () => {
  const folder = tempFolder()
  const first = await openRoom(folder, await ownPort())
  const ada = await joined(first)
  await ada.send('code', { step: report.step, files: { 'index.ts': 'ada' }, seq: ada.seq + 1 })
  await ada.send('report', { ...report, seq: ada.seq + 2 })
  const { rows } = first.room
  // As after SIGKILL: no file is written on close.
  first.server.close()
  const second = await openRoom(folder, first.port)
  expect(second.room.rows).toEqual(JSON.parse(JSON.stringify(rows)))
  expect(second.room.code).toBe(first.room.code)
  expect((await second.room.readCode(ada.id))?.code.files).toEqual({ 'index.ts': 'ada' })
  expect(await ada.send('report', { ...report, seq: ada.seq + 2 })).toBe(409)
  expect(await ada.send('report', { ...report, seq: ada.seq + 3 })).toBe(204)
})
