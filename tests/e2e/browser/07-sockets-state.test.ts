import { expect } from 'vitest'
import { startChat } from '../../shared/chat.ts'
import {
  apart,
  isConnected,
  latestInSight,
  lists,
  messages,
  sideBySide,
  signedIn,
  write,
} from './support/chat.ts'
import { expectPageFits, pages, sizes } from './support/index.ts'

const hostile = '<img src=x onerror="window.attacked = 1">'

pages('07-sockets-state', (test) => {
  test("messages from ada's phone or computer appear on both and at grace's, not at linus'", async (fixture) => {
    const web1 = await startChat(fixture.testBed, 'web.1')
    const computer = await signedIn(fixture, 'ada', 'computer', web1)
    const phone = await signedIn(fixture, 'ada', 'phone', web1)
    const grace = await signedIn(fixture, 'grace', 'computer', web1)
    const linus = await signedIn(fixture, 'linus', 'phone', web1)
    await write(computer.page, 'from the computer')
    await write(phone.page, 'from the phone')
    const both = ['from the computer', 'from the phone']
    for (const { page } of [computer, phone, grace]) {
      await expect.poll(() => messages(page)).toEqual(both)
    }
    // Fence: earlier messages to linus arrive before a message of his own.
    await write(linus.page, 'a message to ada', 'ada')
    await linus.waitForText('a message to ada')
    expect(await messages(linus.page)).toEqual(['a message to ada'])
    const all = [...both, 'a message to ada']
    for (const { page } of [computer, phone]) {
      await expect.poll(() => messages(page)).toEqual(all)
    }
    expect(await messages(grace.page), 'copies on the device of grace').toEqual(both)
  })

  test('each device lists all devices of its user, and their processes', async (fixture) => {
    const web1 = await startChat(fixture.testBed, 'web.1')
    const computer = await signedIn(fixture, 'ada', 'computer', web1)
    await lists(computer.page, 'computer on web.1 (this one)')
    const phone = await signedIn(fixture, 'ada', 'phone', web1)
    const grace = await signedIn(fixture, 'grace', 'phone', web1)
    await lists(computer.page, 'computer on web.1 (this one)', 'phone on web.1')
    await lists(phone.page, 'computer on web.1', 'phone on web.1 (this one)')
    await lists(grace.page, 'phone on web.1 (this one)')
    await phone.press('Sign out')
    await phone.waitForText('Who are you?')
    await lists(computer.page, 'computer on web.1 (this one)')
  })

  test("on four processes the phone does not receive the computer's messages", async (fixture) => {
    await Promise.all([1, 2, 3, 4].map((n) => startChat(fixture.testBed, `web.${n}`)))
    const ada = await sideBySide(fixture, await fixture.testBed.startRouter())
    const { screen, computer, phone } = ada
    const [computerOn, phoneOn] = await apart(screen, [computer, phone], ada.reloadPhone)
    await write(computer, 'from the computer')
    await screen.waitForText('from the computer', computer)
    await write(phone, 'from the phone')
    // Fence: an earlier message to the phone would have arrived before this one.
    await screen.waitForText('from the phone', phone)
    expect(await messages(phone)).toEqual(['from the phone'])
    await write(computer, 'is this message lost?')
    await screen.waitForText('is this message lost?', computer)
    expect(await messages(computer)).toEqual(['from the computer', 'is this message lost?'])
    await lists(computer, `computer on ${computerOn} (this one)`)
    await lists(phone, `phone on ${phoneOn} (this one)`)
    await expectPageFits(fixture, screen, 'four-processes')
  })

  test('one address shows both devices, also when the page is open at another one', async (fixture) => {
    const web1 = await startChat(fixture.testBed, 'web.1')
    const { screen, computer, phone } = await sideBySide(fixture, web1, 'linus')
    for (const half of [computer, phone]) await isConnected(screen, half)
    await write(phone, 'hello', 'ada')
    for (const half of [computer, phone]) await screen.waitForText('hello', half)
    await screen.press('One device')
    await screen.waitForText('Who are you?')
    await screen.page.goto(`${web1.url}/#both/ada`)
    for (const half of [computer, phone]) await half.owner().waitFor({ state: 'detached' })
    await screen.page.getByTitle("ada's phone").waitFor()
    await screen.press('One device')
    await screen.press('Two devices side by side')
    await screen.page.getByTitle("ada's phone").waitFor()
  })

  test('HTML in a message or a device name is escaped', async (fixture) => {
    const web1 = await startChat(fixture.testBed, 'web.1')
    const name = '<img src onerror=a>'
    const place = { name: 'web.1', url: `${web1.url}/#ada/${encodeURIComponent(name)}` }
    const odd = await fixture.open("ada's odd device", place)
    const phone = await signedIn(fixture, 'ada', 'phone', web1)
    await write(odd.page, hostile)
    for (const screen of [odd, phone]) {
      await screen.waitForText(hostile)
      expect(await screen.page.locator('img').count()).toBe(0)
      expect(await screen.page.evaluate('window.attacked')).toBeUndefined()
    }
  })

  test('an unknown user is refused, and text written then is not sent as another user', async (fixture) => {
    const web1 = await startChat(fixture.testBed, 'web.1')
    const screen = await fixture.open('an unknown user', web1)
    await screen.press('unknown user')
    await screen.waitForText(/^Not connected: .*token.*$/)
    await expectPageFits(fixture, screen, 'refused')
    const text = screen.page.getByRole('textbox', { name: 'Message' })
    await text.fill('was I ada?')
    await text.press('Enter')
    expect(await screen.button('Send').isEnabled()).toBe(false)
    await screen.press('Sign out')
    await screen.press('ada')
    await isConnected(screen)
    await write(screen.page, 'I am ada')
    await screen.waitForText('I am ada')
    expect(await messages(screen.page)).toEqual(['I am ada'])
  })

  test('all controls work with the keyboard alone', async (fixture) => {
    const web1 = await startChat(fixture.testBed, 'web.1')
    const ada = await fixture.open('ada', web1)
    const { keyboard } = ada.page
    await ada.tabTo(ada.button('ada'))
    await keyboard.press('Enter')
    await isConnected(ada)
    await ada.tabTo(ada.page.getByRole('combobox', { name: 'Send to' }))
    await keyboard.press('ArrowDown')
    await ada.tabTo(ada.page.getByRole('textbox', { name: 'Message' }))
    await keyboard.type('hello')
    await keyboard.press('Enter')
    await ada.waitForText('hello')
    await ada.waitForText('ada to linus')
    await keyboard.type('and again')
    await keyboard.press('Enter')
    await ada.waitForText('and again')
    await ada.tabTo(ada.button('Sign out'))
    await keyboard.press('Enter')
    await ada.tabTo(ada.button('Two devices side by side'))
    await keyboard.press('Space')
    await ada.tabTo(ada.button('One device'))
  })

  test('the page reports that its process has ended, and reconnects when it runs again', async (fixture) => {
    const web1 = await startChat(fixture.testBed, 'web.1')
    const ada = await signedIn(fixture, 'ada', 'computer', web1)
    ada.log.expect(/^error: WebSocket connection to/)
    await write(ada.page, 'before')
    await ada.waitForText('before')
    web1.sendSignal('SIGTERM')
    await ada.waitForText(/^(Connection lost\. Trying again|Not connected: websocket error)\.$/)
    await web1.waitForExit()
    await expectPageFits(fixture, ada, 'lost')
    const text = ada.page.getByRole('textbox', { name: 'Message' })
    await text.fill('meanwhile')
    await text.press('Enter')
    await web1.restart('SIGTERM')
    await isConnected(ada)
    expect(await messages(ada.page)).toEqual(['before'])
    await text.press('Enter')
    await expect.poll(() => messages(ada.page)).toEqual(['before', 'meanwhile'])
  })

  test('the page fits the screens, with many messages and with none', async (fixture) => {
    const web1 = await startChat(fixture.testBed, 'web.1')
    const computer = await fixture.open('ada', web1)
    await expectPageFits(fixture, computer, 'signed-out')
    await computer.press('ada')
    await isConnected(computer)
    await expectPageFits(fixture, computer, 'nothing-yet')
    const phone = await signedIn(fixture, 'ada', 'phone', web1)
    const grace = await signedIn(fixture, 'grace', 'phone', web1)
    for (let n = 1; n <= 6; n++) {
      await write(computer.page, `Number ${n}. Did you see the picture from yesterday?`)
      await write(grace.page, `Which one? https://example.org/${'x'.repeat(20 * n)}`, 'ada')
    }
    await write(phone.page, 'on my way')
    for (const screen of [computer, phone, grace]) {
      await screen.waitForText('on my way')
      await expect.poll(async () => (await messages(screen.page)).length).toBe(13)
    }
    await expectPageFits(fixture, computer, 'talk')
    expect(await latestInSight(computer.page), 'the latest one, on another screen').toBe(true)
    await expectPageFits(fixture, phone, 'talk-phone', [sizes.phone])
    expect(await latestInSight(phone.page), 'the latest message is in sight').toBe(true)
  })
})
