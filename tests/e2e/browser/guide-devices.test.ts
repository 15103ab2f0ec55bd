import type { FrameLocator, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { actOn, captionOf, frameOf, pressOn } from './guide-frames.ts'
import { guide } from './guide-fixture.ts'

guide((test) => {
  test('step 5: ada stays signed in on both devices at any instance', async (fixture) => {
    await fixture.solve('05-express-sessions')
    const ada = await fixture.open('ada', '/step/05-express-sessions')
    const { page } = ada
    await ada.press('Start two instances')
    const [computer, phone] = [frameOf(page, 'Computer'), frameOf(page, 'Phone')]
    await pressOn(computer, 'ada')
    await ada.waitForText('You are ada.', computer)
    await ada.press('Reload the phone')
    await ada.waitForText('You are ada.', phone)
    for (const name of ['Computer', 'Phone'])
      await ada.waitForText(/^served by web\.[12]$/, captionOf(page, name))
    await page.getByLabel('Protocol').check()
    const wire = page.getByRole('list', { name: 'Wire, newest first' })
    await wire
      .getByText(/^SET sess:/)
      .first()
      .waitFor()
    const router = page.getByRole('region', { name: 'Two devices' }).getByRole('link')
    expect((await fetch((await router.getAttribute('href')) ?? '')).status).toBe(200)
    await fixture.looks(ada, 'sessions')

    const [web1, web2] = [cardOf(page, 'web.1'), cardOf(page, 'web.2')]
    const again = computer.getByRole('button', { name: 'Ask again' })
    await actOn(page, 'web.1', 'SIGKILL')
    await ada.waitForText('(ended by SIGKILL)', web1)
    await again.click()
    await ada.waitForText('served by web.2', captionOf(page, 'Computer'))
    await actOn(page, 'web.2', 'Freeze')
    await ada.waitForText(/frozen/, web2)
    const before = await summaryOf(computer)
    await again.click()
    await fixture.looks(ada, 'frozen')
    expect(await summaryOf(computer)).toBe(before)
    await actOn(page, 'web.2', 'Thaw')
    await expect.poll(() => summaryOf(computer)).not.toBe(before)
    await actOn(page, 'web.2', 'SIGTERM')
    await ada.waitForText('(ended with exit code 0)', web2)
    ada.log.expect(/\/me answered 503$/)
    await again.click()
    await ada.waitForText('No answer.', computer)
    await actOn(page, 'web.1', 'Restart')
    await ada.waitForText(/running/, web1)
    await expect
      .poll(async () => {
        await again.click()
        return computer.locator('#who').innerText()
      })
      .toBe('You are ada.')
    await ada.waitForText('served by web.1', captionOf(page, 'Computer'))
  })

  test('step 9: two devices exchange messages over four processes, and no process is left', async (fixture) => {
    await fixture.solve('09-cluster-chat')
    const ada = await fixture.open('ada', '/step/09-cluster-chat')
    const { page } = ada
    await ada.press('Start one')
    const [computer, phone] = [frameOf(page, 'Computer'), frameOf(page, 'Phone')]
    for (const device of [computer, phone]) {
      await pressOn(device, 'ada')
      await ada.waitForText(/^This \w+ is connected to web\.1/, device)
    }
    for (const name of ['Computer', 'Phone'])
      await ada.waitForText('socket at web.1', captionOf(page, name))
    await computer.getByRole('textbox', { name: 'Message' }).fill('from here to there')
    await computer.getByRole('button', { name: 'Send' }).click()
    for (const device of [computer, phone]) await ada.waitForText('from here to there', device)
    const messages = page.getByRole('list', { name: 'Messages, newest first' })
    await messages
      .getByRole('button', { name: /^from here to there .*4 received it/ })
      .first()
      .waitFor()
    await fixture.looks(ada, 'cluster')

    const web1 = cardOf(page, 'web.1')
    // The devices try to reconnect while no instance runs.
    ada.log.expect(/WebSocket connection to .* failed/)
    await actOn(page, 'web.1', 'SIGTERM')
    await ada.waitForText('(ended with exit code 0)', web1)
    await actOn(page, 'web.1', 'Restart')
    for (const device of [computer, phone])
      await ada.waitForText(/^This \w+ is connected to web\.1/, device)
    await actOn(page, 'web.1', 'SIGKILL')
    await ada.waitForText('(ended by SIGKILL)', web1)
  })
})

function cardOf(page: Page, name: string): Locator {
  return page.getByRole('region', { name, exact: true })
}

function summaryOf(device: FrameLocator): Promise<string> {
  return device.locator('#summary').innerText()
}
