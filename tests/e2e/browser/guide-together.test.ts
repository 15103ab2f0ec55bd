import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { actOn, menuItem } from './guide-frames.ts'
import { guide } from './guide-fixture.ts'

const step = '/step/03-publish-subscribe'

guide((test) => {
  test('it loads nothing from anywhere else', async (fixture) => {
    const ada = await fixture.open('ada', step)
    await ada.waitForText('live')
    const from = await ada.page.evaluate<string[]>(
      `performance.getEntriesByType('resource').map(({ name }) => new URL(name).origin)`,
    )
    expect([...new Set(from)].map((origin) => origin.replace('ws:', 'http:'))).toEqual([
      fixture.url,
    ])
  })

  test('two pages agree, and a reload loses nothing', async (fixture) => {
    await fixture.solve('03-publish-subscribe')
    const ada = await fixture.open('ada', step)
    const linus = await fixture.open('linus', step)
    await ada.press('Start two instances')
    for (const { page } of [ada, linus]) {
      const web1 = page.getByRole('region', { name: 'web.1', exact: true })
      await web1.getByText('web.1 started').first().waitFor()
      await page.getByLabel('Protocol').check()
    }
    const rows = ({ page }: typeof ada) =>
      page
        .getByRole('list', { name: 'Wire, newest first' })
        .getByRole('listitem')
        .allInnerTexts()
    await expect.poll(async () => (await rows(ada)).length).toBeGreaterThan(5)
    expect(await rows(linus)).toEqual(await rows(ada))
    const before = await rows(ada)
    // Often: a page that receives the run before it has drawn anything must not miss it.
    for (let turn = 1; turn <= 12; turn++) {
      await ada.page.reload()
      await expect.poll(() => rows(ada), { message: `reload ${turn}` }).toEqual(before)
    }
    await actOn(linus.page, 'web.2', 'SIGKILL')
    await ada.waitForText(
      '(ended by SIGKILL)',
      ada.page.getByRole('region', { name: 'web.2', exact: true }),
    )

    await linus.page.getByRole('tab', { name: /^Check/ }).click()
    await linus.press('Check now')
    await linus.waitForText('This step has passed.')
    for (const { page } of [ada, linus])
      await expect.poll(() => page.locator('#lesson li[data-goal].passed').count()).toBe(5)
    await ada.page.reload()
    await expect.poll(() => ada.page.locator('#lesson li[data-goal].passed').count()).toBe(5)
  })

  test('the check is run at every save, and what the command line has passed is ticked here', async (fixture) => {
    const ada = await fixture.open('ada', `${step}#check`)
    const { page } = ada
    await page.getByLabel('at every save').check()
    await ada.waitForText(/publishes and never subscribes/)
    await fixture.solve('03-publish-subscribe')
    await ada.waitForText('This step has passed.')
    await page.getByLabel('at every save').uncheck()
    await fixture.solve('01-redis-setup')
    await fixture.write('.workshop/progress/01-redis-setup.passed', '')
    await page.locator('nav a[data-slug="01-redis-setup"] .tick').waitFor()
  })

  test('a switch shows at once what was asked for, however late the answer is', async (fixture) => {
    const ada = await fixture.open('ada', '/')
    const { page } = ada
    const late = await slow(page)
    await page.goto(`${fixture.url}${step}#check`)
    await ada.waitForText('live')
    const box = page.getByLabel('at every save')
    late.hold()
    await box.check()
    // Meanwhile the page is drawn again, for another reason.
    const linus = await fixture.open('linus', step)
    await linus.press('Start one')
    await linus.page.getByRole('tab', { name: /^Check/ }).click()
    await page.getByRole('tab', { name: 'Run (1 instance)' }).waitFor()
    expect(await box.isChecked()).toBe(true)
    await box.uncheck()
    await box.check()
    late.release()
    await ada.waitForText(/publishes and never subscribes/)
    expect(await box.isChecked()).toBe(true)
    await expect.poll(() => switchOf(linus.page)).toBe(true)
    await box.uncheck()
    await expect.poll(() => switchOf(linus.page)).toBe(false)
  })

  test('a click before the page has connected is not lost', async (fixture) => {
    const ada = await fixture.open('ada', '/')
    const late = await slow(ada.page)
    late.hold()
    await ada.page.goto(fixture.url + step)
    await ada.press('Start one')
    await ada.waitForText('connecting')
    late.release()
    await ada.page.getByRole('region', { name: 'web.1', exact: true }).waitFor()
  })

  test('a page reports that the workshop has stopped, and reconnects by itself', async (fixture) => {
    const ada = await fixture.open('ada', step)
    ada.log.expect(/^error: WebSocket connection to .* failed/)
    await ada.press('Start one')
    await ada.button('Stop web.1').waitFor()
    const { url } = fixture
    await fixture.stop()
    await ada.waitForText(/^The workshop has stopped\. Type npm start/)
    for (const name of ['Stop all', 'One more'])
      expect(await ada.button(name).isDisabled(), name).toBe(true)
    const { page } = ada
    expect(await (await menuItem(page, 'web.1', 'SIGTERM')).isDisabled()).toBe(true)
    await page.keyboard.press('Escape')
    await ada.waitForText('Your code, before the workshop stopped')
    await fixture.looks(ada, 'stopped')
    await fixture.start()
    expect(fixture.url).toBe(url)
    await ada.waitForText('live')
    await ada.page.getByRole('button', { name: 'Start two instances' }).waitFor()
  })

  test('everything can be reached with the keyboard alone', async (fixture) => {
    const ada = await fixture.open('ada', step)
    const { page } = ada
    const { keyboard } = page
    await page.getByRole('button', { name: 'Start two instances' }).waitFor()
    await keyboard.press('Tab')
    await ada.page.getByRole('link', { name: 'Skip to the content' }).press('Enter')
    await ada.tabTo(page.getByRole('button', { name: 'Run it here step 3' }).first())
    await keyboard.press('Enter')
    await ada.waitForText(
      /0 subscribers received "started"$/,
      page.getByRole('region', { name: 'web.1', exact: true }),
    )
    await page.getByRole('tab', { name: /^Run/ }).focus()
    await keyboard.press('ArrowRight')
    await ada.tabTo(page.getByRole('tabpanel'))
    await ada.tabTo(ada.button('Check now'))
    await keyboard.press('Enter')
    await ada.waitForText(/publishes and never subscribes/)
  })

  test('the other pages look right', async (fixture) => {
    const ada = await fixture.open('ada', '/')
    await fixture.looks(ada, 'overview')
    await ada.page.goto(`${fixture.url}/step/06-worker-jobs`)
    await ada.page.getByRole('button', { name: 'Start two webs and a worker' }).waitFor()
    await fixture.looks(ada, 'before-a-run')
    ada.log.expect(/answered 404$/)
    await ada.page.goto(`${fixture.url}/nowhere`)
    await fixture.looks(ada, 'nowhere')
  })
})

function switchOf(page: Page): Promise<boolean> {
  return page.getByLabel('at every save').isChecked()
}

// What a page asks for from its next visit on, which can be held back on the way.
async function slow(page: Page): Promise<{ hold(): void; release(): void }> {
  let held: (() => void)[] | undefined
  await page.routeWebSocket(/socket\.io/, (socket) => {
    const server = socket.connectToServer()
    socket.onMessage((message) => {
      const pass = () => server.send(message)
      if (held) held.push(pass)
      else pass()
    })
  })
  return {
    hold: () => void (held = []),
    release() {
      for (const pass of held ?? []) pass()
      held = undefined
    },
  }
}
