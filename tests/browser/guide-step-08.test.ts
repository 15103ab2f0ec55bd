import type { FrameLocator } from 'playwright-core'
import { expect } from 'vitest'
import { captionOf, frameOf, pressOn } from './guide-frames.ts'
import { guide } from './guide-house.ts'
import type { Screen } from './support/index.ts'

const here = /^This \w+ is connected to (web\.\d)\.$/

guide((test) => {
  test('step 8 is read, run on two devices, checked, repaired and passed', async (house) => {
    const ada = await house.open('ada', '/step/08-dispatch')
    const { page } = ada
    await page.getByRole('heading', { level: 1, name: /^Dispatch/ }).waitFor()
    await ada.press('Run it here step 8 2')
    const computer = frameOf(page, 'Computer')
    const phone = frameOf(page, 'Phone')
    for (const device of [computer, phone]) await signIn(ada, device)
    await apart(ada, computer, phone)
    await write(computer, 'first try')
    await ada.sees('first try', computer)
    await write(phone, 'from the phone')
    await ada.sees('from the phone', phone)
    // The fence: what the phone itself has said came after, and is there.
    expect(await phone.getByText('first try').count()).toBe(0)
    await house.looks(ada, 'two-devices')

    await page.getByRole('tab', { name: /^Check/ }).click()
    await ada.press('Check now')
    for (const word of ['Expected', 'Received', 'Likely', 'Look at']) await ada.sees(word)
    await page.getByRole('tab', { name: /^Run/ }).click()
    await house.solve('08-dispatch')
    const web1 = page.getByRole('region', { name: 'web.1', exact: true })
    await ada.sees(/was saved: starting again/)
    await ada.sees(/running/, web1)
    const wire = page.getByRole('list', { name: 'Wire, newest first' })
    await wire
      .getByText(/PSUBSCRIBE outgoing_socket_message/)
      .first()
      .waitFor()
    for (const device of [computer, phone]) await signIn(ada, device)
    await apart(ada, computer, phone)
    await write(computer, 'second try')
    for (const device of [computer, phone]) await ada.sees('second try', device)
    await wire
      .getByRole('button', { name: /PUBLISH outgoing_socket_message .*2 receivers/ })
      .first()
      .waitFor()
    await house.looks(ada, 'heard')

    await page.getByRole('tab', { name: /^Check/ }).click()
    await ada.press('Check now')
    await ada.sees('This step has passed.')
    expect(JSON.parse(await house.read('.workshop/progress.json'))).toMatchObject({
      passed: { '08-dispatch': {} },
    })
  })
})

// Whoever is signed in already has said so.
async function signIn(ada: Screen, device: FrameLocator): Promise<void> {
  const button = device.getByRole('button', { name: 'ada', exact: true })
  const connected = device.getByText(here)
  await button.or(connected).filter({ visible: true }).first().waitFor()
  if (await button.isVisible()) await pressOn(device, 'ada')
  await ada.sees(here, device)
}

// The router goes on with every request, so that a reload leads to the other instance.
async function apart(ada: Screen, computer: FrameLocator, phone: FrameLocator): Promise<void> {
  for (let tries = 0; tries < 3; tries++) {
    const [first, second] = [await socketOf(computer), await socketOf(phone)]
    await ada.sees(`socket at ${first}`, captionOf(ada.page, 'Computer'))
    await ada.sees(`socket at ${second}`, captionOf(ada.page, 'Phone'))
    if (first !== second) return
    await ada.press('Reload the phone')
    await pressOn(phone, 'ada')
    await ada.sees(here, phone)
  }
  throw new Error('both devices are always at the same instance')
}

// As the device itself says.
async function socketOf(device: FrameLocator): Promise<string> {
  const line = await device.getByText(here).innerText()
  return here.exec(line)?.[1] ?? ''
}

async function write(device: FrameLocator, text: string): Promise<void> {
  await device.getByRole('textbox', { name: 'Message' }).fill(text)
  await device.getByRole('button', { name: 'Send' }).click()
}
