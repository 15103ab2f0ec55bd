import { expect } from 'vitest'
import { startChat } from '../../shared/chat.ts'
import {
  apart,
  isConnected,
  lists,
  messages,
  moves,
  sideBySide,
  signedIn,
  write,
} from './support/chat.ts'
import { type BrowserFixture, type PageDriver, expectPageFits, pages } from './support/index.ts'

const channel = 'outgoing_socket_message'
const hostile = '<img src=x onerror="window.attacked = 1">'

pages('08-dispatch', (test) => {
  test("computer and phone on two of three instances receive each other's messages once", async (fixture) => {
    await instances(fixture, 3)
    const ada = await sideBySide(fixture, await fixture.testBed.startRouter())
    const { screen, computer, phone } = ada
    const [computerOn, phoneOn] = await apart(screen, [computer, phone], ada.reloadPhone)
    await lists(computer, `computer on ${computerOn} (this one)`, `phone on ${phoneOn}`)
    await lists(phone, `computer on ${computerOn}`, `phone on ${phoneOn} (this one)`)
    const texts = ['from the computer', 'from the phone', 'the last one']
    for (const [i, text] of texts.entries()) {
      await write(i === 1 ? phone : computer, text)
      for (const half of [computer, phone]) await screen.waitForText(text, half)
    }
    // A duplicate would arrive before a later message.
    for (const half of [computer, phone]) expect(await messages(half)).toEqual(texts)
    await expectPageFits(fixture, screen, 'received')
  })

  test('grace receives a message of ada from another instance, and linus does not', async (fixture) => {
    const [web1, web2] = await instances(fixture, 2)
    const ada = await signedIn(fixture, 'ada', 'phone', web1)
    const grace = await signedIn(fixture, 'grace', 'computer', web2)
    const linus = await signedIn(fixture, 'linus', 'computer', web2)
    await write(ada.page, 'hello')
    await grace.waitForText('hello')
    // Fence: published later on the same channel.
    await write(linus.page, 'anybody?', 'ada')
    await linus.waitForText('anybody?')
    await ada.waitForText('anybody?')
    expect(await messages(linus.page)).toEqual(['anybody?'])
    expect(await messages(grace.page)).toEqual(['hello'])
  })

  test('HTML in published messages and device names is escaped', async (fixture) => {
    const [web1, web2] = await instances(fixture, 2)
    const computer = await signedIn(fixture, 'ada', 'computer', web1)
    const phone = await signedIn(fixture, 'ada', 'phone', web2)
    await write(phone.page, hostile)
    const message = { from: hostile, to: hostile, text: 'look at the names' }
    for (const [event, args] of [
      ['deviceHere', { device: 'odd', name: hostile, instance: hostile }],
      ['messageSent', message],
    ]) {
      await fixture.testBed.publish(channel, JSON.stringify({ event, id: 'ada', args }))
    }
    for (const screen of [computer, phone]) {
      await screen.waitForText('look at the names')
      await screen.waitForText(hostile)
      await screen.waitForText(`${hostile} on ${hostile}`)
      expect(await screen.page.locator('img').count()).toBe(0)
      expect(await screen.page.evaluate('window.attacked')).toBeUndefined()
    }
  })

  test('a phone whose instance ends reconnects to another one, and the computer lists it there', async (fixture) => {
    const [web1, web2] = await instances(fixture, 2)
    const computer = await signedIn(fixture, 'ada', 'computer', web1)
    const phone = await signedIn(fixture, 'ada', 'phone', await fixture.testBed.startRouter())
    phone.log.expect(/ answered 50[23]$/, /^error: WebSocket connection to/)
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      // Only the phone changes its instance.
      await apartFrom(phone, web1.name)
      await lists(computer.page, 'computer on web.1 (this one)', 'phone on web.2')
      web2.sendSignal(signal)
      await web2.waitForExit()
      expect(await moves(phone, 'web.2')).toBe('web.1')
      await write(computer.page, `after ${signal}`)
      await phone.waitForText(`after ${signal}`)
      await web2.restart(signal)
      await web2.waitForHttp()
    }
  })

  test('messages are delivered again after Redis was offline for a moment', async (fixture) => {
    const [web1, web2] = await instances(fixture, 2)
    const computer = await signedIn(fixture, 'ada', 'computer', web1)
    const phone = await signedIn(fixture, 'ada', 'phone', web2)
    await fixture.testBed.restartRedis()
    for (const web of [web1, web2]) await web.waitForResubscription(channel)
    await write(computer.page, 'back again')
    for (const screen of [computer, phone]) await screen.waitForText('back again')
    await write(phone.page, 'so am I')
    for (const screen of [computer, phone]) {
      await screen.waitForText('so am I')
      expect(await messages(screen.page)).toEqual(['back again', 'so am I'])
    }
  })
})

async function instances({ testBed }: BrowserFixture, count: number) {
  const names = Array.from({ length: count }, (_, i) => `web.${i + 1}`)
  const [web1, web2] = await Promise.all(names.map((name) => startChat(testBed, name)))
  if (!web1 || !web2) throw new Error('two instances at least')
  return [web1, web2] as const
}

// Round robin: a page takes an odd number of requests, so the next one goes elsewhere.
async function apartFrom(phone: PageDriver, name: string): Promise<void> {
  for (let tries = 0; tries < 8; tries++) {
    if ((await isConnected(phone)) !== name) return
    await phone.page.reload()
    await phone.press('ada')
  }
  throw new Error(`the phone is always at ${name}`)
}
