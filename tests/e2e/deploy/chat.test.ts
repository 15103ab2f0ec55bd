import { afterAll, beforeAll, expect, test } from 'vitest'
import { findOnPath } from '../../../workshop/paths.ts'
import { HttpSession } from '../../../workshop/check/http-session.ts'
import type { SocketClient } from '../../../workshop/check/socket-client.ts'
import {
  type Router,
  Deployment,
  containerOf,
  countReceived,
  device,
  waitForText,
  write,
} from './support/index.ts'

const containers = ['web-1', 'web-2', 'web-3']

let site: Deployment
let router: Router

beforeAll(async () => {
  site = await Deployment.open()
  await site.up(...containers)
  router = await site.router()
})

afterAll(async () => {
  expect(await site?.close(), 'processes that are left').toEqual([])
})

test('a primary and four cluster workers are in each container', () => {
  const sizes = containers.map((name) => site.get(name).process.members.length)
  expect(sizes).toEqual([5, 5, 5])
})

test('each cluster worker has two connections to Redis, as DEPLOY.md counts', async () => {
  expect(await site.connections()).toBe(3 * 4 * 2)
})

// wget is part of the image, and may be missing on this machine.
test.skipIf(findOnPath('wget', process.env).length === 0)(
  "the router's check is passed when an instance is well, and only then",
  async () => {
    expect(await router.check()).toBe(true)
    const empty = await Deployment.open()
    try {
      expect(await (await empty.router()).check()).toBe(false)
    } finally {
      await empty.close()
    }
  },
)

test('a message reaches every device once, in any container', async ({ signal }) => {
  const devices = await three(signal)
  const places = await Promise.all(devices.map(containerOf))
  expect(places.toSorted(), 'where the three are').toEqual(['web.1', 'web.2', 'web.3'])
  const [ada, phone, grace] = devices
  await write(ada, 'grace', 'across')
  await Promise.all(devices.map((one) => waitForText(one, 'across')))
  // Fence: a duplicate would arrive before this later message.
  await write(grace, 'ada', 'fence')
  await Promise.all(devices.map((one) => waitForText(one, 'fence')))
  expect(devices.map((one) => countReceived(one, 'across'))).toEqual([1, 1, 1])
  expect(phone.connected).toBe(true)
  leave(devices)
})

test('each request may go to another container: no sticky sessions are needed', async ({
  signal,
}) => {
  const browser = new HttpSession(signal)
  const seen = new Set<string>()
  for (let time = 0; time < 3; time++) {
    const { json } = await browser.request(router.chat, 'GET', '/state')
    seen.add(String(json['instance']).replace(/\.\d+$/, ''))
  }
  expect([...seen].toSorted(), 'who answered three requests in turn').toEqual([
    'web.1',
    'web.2',
    'web.3',
  ])
  expect(browser.cookies, 'cookies the router has set').toEqual([])
})

test('long-polling, which needs sticky sessions, is refused', async ({ signal }) => {
  const path = '/socket.io/?EIO=4&transport=polling'
  const { status, json } = await new HttpSession(signal).request(router.chat, 'GET', path)
  expect(status).toBe(400)
  expect(json).toMatchObject({ message: 'Transport unknown' })
})

test('SIGTERM ends a container in time, and its device reconnects to another one', async ({
  signal,
}) => {
  const devices = await three(signal)
  const places = await Promise.all(devices.map(containerOf))
  const mover = devices[places.indexOf('web.2')]
  if (!mover) throw new Error('no device is at web.2')
  const lost = mover.waitForDisconnect()
  const end = await site.stop('web-2')
  expect(end).toMatchObject({ code: 0, signal: null })
  expect(end.ms, 'ms until it had ended').toBeLessThan(site.get('web-2').service.graceMs)
  expect(site.get('web-2').process.members, 'of its processes').toEqual([])
  await lost
  await mover.waitForReconnect()
  expect(['web.1', 'web.3']).toContain(await containerOf(mover))
  await write(devices[0], 'grace', 'still here')
  await Promise.all(devices.map((one) => waitForText(one, 'still here')))
  const browser = new HttpSession(signal)
  for (let time = 0; time < 6; time++) {
    const { status } = await browser.request(router.chat, 'GET', '/state')
    expect(status, `the answer to request ${time + 1}`).toBe(200)
  }
  await site.up('web-2')
  leave(devices)
})

/** Two devices of ada and one of grace, one after the other. */
async function three(signal: AbortSignal): Promise<[SocketClient, SocketClient, SocketClient]> {
  return [
    await device(router.chat, 'ada', signal),
    await device(router.chat, 'ada', signal),
    await device(router.chat, 'grace', signal),
  ]
}

function leave(devices: SocketClient[]): void {
  for (const one of devices) one.close()
}
