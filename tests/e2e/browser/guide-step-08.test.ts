import type { FrameLocator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { captionOf, frameOf, pressOn } from './guide-frames.ts'
import { guide } from './guide-fixture.ts'
import { write } from './support/chat.ts'
import type { PageDriver } from './support/index.ts'

const here = /^This \w+ is connected to (web\.\d)\.$/

guide((test) => {
  test('a learner runs step 8 on two devices, checks, fixes and passes it', async (fixture) => {
    const ada = await fixture.open('ada', '/step/08-dispatch')
    const { page } = ada
    await page.getByRole('heading', { level: 1, name: /^Dispatch/ }).waitFor()
    await ada.press('Run it here step 8 2')
    const computer = frameOf(page, 'Computer')
    const phone = frameOf(page, 'Phone')
    for (const device of [computer, phone]) await signIn(ada, device)
    await apart(ada, computer, phone)
    await write(computer, 'first try')
    await ada.waitForText('first try', computer)
    await write(phone, 'from the phone')
    await ada.waitForText('from the phone', phone)
    // Fence: the phone has received a later message of its own, so the first one is lost.
    expect(await phone.getByText('first try').count()).toBe(0)
    await fixture.looks(ada, 'two-devices')

    await page.getByRole('tab', { name: /^Check/ }).click()
    await ada.press('Check now')
    for (const word of ['Expected', 'Received', 'Likely', 'Look at'])
      await ada.waitForText(word)
    await page.getByRole('tab', { name: /^Run/ }).click()
    // The devices load while the instances restart.
    ada.log.expect(/:\d+\/\S* (answered 50[23]|failed: )/, /io is not defined/, /WebSocket/)
    await fixture.solve('08-dispatch')
    const web1 = page.getByRole('region', { name: 'web.1', exact: true })
    await ada.waitForText(/was saved: starting again/)
    await ada.waitForText(/running/, web1)
    const wire = page.getByRole('list', { name: 'Wire, newest first' })
    const listening = wire.getByText(/PSUBSCRIBE outgoing_socket_message/)
    await expect.poll(() => listening.count()).toBe(2)
    await bothAnswer(page)
    for (const name of ['computer', 'phone']) await ada.press(`Reload the ${name}`)
    for (const device of [computer, phone]) await signIn(ada, device)
    await apart(ada, computer, phone)
    await write(computer, 'second try')
    for (const device of [computer, phone]) await ada.waitForText('second try', device)
    await page
      .getByRole('list', { name: 'Messages, newest first' })
      .getByRole('button', { name: /^second try .*2 received it/ })
      .first()
      .waitFor()
    await fixture.looks(ada, 'received')

    await page.getByRole('tab', { name: /^Check/ }).click()
    await ada.press('Check now')
    await ada.waitForText('This step has passed.')
    expect(await fixture.read('.workshop/progress/08-dispatch.passed')).toMatch(/^\d{4}-/)
  })
})

// The router uses round robin.
async function bothAnswer(page: Page): Promise<void> {
  const link = page.getByRole('region', { name: 'Two devices' }).getByRole('link')
  const url = (await link.getAttribute('href')) ?? ''
  await expect
    .poll(async () => (await Promise.all([fetch(url), fetch(url)])).every(({ ok }) => ok))
    .toBe(true)
}

// A device that is signed in already has no such button.
async function signIn(ada: PageDriver, device: FrameLocator): Promise<void> {
  const button = device.getByRole('button', { name: 'ada', exact: true })
  const connected = device.getByText(here)
  await button.or(connected).filter({ visible: true }).first().waitFor()
  if (await button.isVisible()) await pressOn(device, 'ada')
  await ada.waitForText(here, device)
}

// Round robin: a reload goes to the other instance.
async function apart(
  ada: PageDriver,
  computer: FrameLocator,
  phone: FrameLocator,
): Promise<void> {
  for (let tries = 0; tries < 3; tries++) {
    const [first, second] = [await socketOf(computer), await socketOf(phone)]
    await ada.waitForText(`socket at ${first}`, captionOf(ada.page, 'Computer'))
    await ada.waitForText(`socket at ${second}`, captionOf(ada.page, 'Phone'))
    if (first !== second) return
    await ada.press('Reload the phone')
    await pressOn(phone, 'ada')
    await ada.waitForText(here, phone)
  }
  throw new Error('both devices are always at the same instance')
}

// As the device itself reports it.
async function socketOf(device: FrameLocator): Promise<string> {
  const line = await device.getByText(here).innerText()
  return here.exec(line)?.[1] ?? ''
}
