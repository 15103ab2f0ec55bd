import { expect } from 'vitest'
import type { AppUnderTest } from '../../../workshop/check/app-under-test.ts'
import { startWeb } from '../../shared/sessions.ts'
import { type BrowserFixture, type PageDriver, expectPageFits, pages } from './support/index.ts'

pages('05-express-sessions', (test) => {
  test('after one login both instances answer ada as a logged-in user, after every reload', async (fixture) => {
    await two(fixture)
    const ada = await fixture.open('ada', await fixture.testBed.startRouter())
    await ada.waitForText('Who are you?')
    await ada.press('ada')
    await ada.waitForText('You are ada.')
    const seen = [await answer(ada)]
    for (let times = 0; times < 4; times++) {
      await reload(ada)
      seen.push(await answer(ada))
    }
    const views = seen.map((one) => one.views)
    expect(views, 'views that only grow').toEqual([...new Set(views)].toSorted((a, b) => a - b))
    expect([...new Set(seen.map(({ by }) => by))].toSorted()).toEqual(['web.1', 'web.2'])
  })

  test('ada stays logged in when an instance restarts', async (fixture) => {
    const [web1, web2] = await two(fixture)
    const ada = await fixture.open('ada', await fixture.testBed.startRouter())
    await ada.press('ada')
    await ada.waitForText('You are ada.')
    let { views } = await answer(ada)
    for (const [web, signal] of [
      [web1, 'SIGTERM'],
      [web2, 'SIGKILL'],
    ] as const) {
      await web.restart(signal)
      await web.waitForHttp()
      await reload(ada)
      const after = await answer(ada)
      expect(after.views).toBeGreaterThan(views)
      views = after.views
    }
  })

  test('after logout both instances answer "not logged in"', async (fixture) => {
    await two(fixture)
    const ada = await fixture.open('ada', await fixture.testBed.startRouter())
    await ada.press('ada')
    await ada.waitForText('You are ada.')
    await ada.press('Log out')
    await ada.waitForText('Who are you?')
    await ada.page.reload()
    for (const name of ['web.1', 'web.2']) {
      await ada.waitForText('not logged in', ada.page.locator(`[data-name="${name}"]`))
    }
    await ada.waitForText('Who are you?')
  })

  test('behind a router with TLS the cookie is Secure, and the login works', async (fixture) => {
    await two(fixture)
    const ada = await fixture.open('ada', await fixture.testBed.startRouter({ tls: true }))
    await ada.press('ada')
    await ada.waitForText('You are ada.')
    await ada.page.reload()
    await ada.waitForText('You are ada.')
    expect(await ada.page.context().cookies()).toMatchObject([
      { secure: true, httpOnly: true, sameSite: 'Lax' },
    ])
    expect(await ada.page.evaluate('document.cookie')).toBe('')
  })

  test('all controls work with the keyboard alone', async (fixture) => {
    await two(fixture)
    const ada = await fixture.open('ada', await fixture.testBed.startRouter())
    const { keyboard } = ada.page
    await ada.waitForText('Who are you?')
    await ada.tabTo(ada.button('ada'))
    await keyboard.press('Enter')
    await ada.waitForText('You are ada.')
    await ada.tabTo(ada.button('Ask again'))
    const before = await answer(ada)
    await keyboard.press('Space')
    await expect.poll(async () => (await answer(ada)).views).toBeGreaterThan(before.views)
    await ada.tabTo(ada.button('Log out'))
    await keyboard.press('Enter')
    await ada.waitForText('Who are you?')
    await ada.tabTo(ada.page.getByRole('checkbox', { name: 'every second' }))
    await keyboard.press('Space')
    const rows = await ada.page.getByRole('row').count()
    await expect.poll(() => ada.page.getByRole('row').count()).toBeGreaterThan(rows)
  })

  test('HTML in a user name is escaped', async (fixture) => {
    const web1 = await startWeb(fixture.testBed, 'web.1')
    const ada = await fixture.open('ada', web1)
    const user = '<img src=x onerror="attacked=1">'
    await ada.page.request.post(`${web1.url}/login`, { data: { user } })
    await ada.page.reload()
    await ada.waitForText(`You are ${user}.`)
    expect(await ada.page.locator('img').count()).toBe(0)
  })

  test('the page fits the screens before login, after login and with one instance', async (fixture) => {
    await two(fixture)
    const ada = await fixture.open('ada', await fixture.testBed.startRouter())
    await ada.waitForText('web.2', ada.page.locator('#instances'))
    await ada.waitForText('web.1', ada.page.locator('#instances'))
    await expectPageFits(fixture, ada, 'logged-out')
    await ada.press('ada')
    await ada.waitForText('You are ada.')
    await ada.press('Ask again')
    await ada.press('Ask again')
    await ada.waitForText(/^3 views\. web\.\d answered\.$/)
    await expectPageFits(fixture, ada, 'ada')
    await fixture.testBed.redisCommand('FLUSHALL')
    await ada.press('Ask again')
    await ada.waitForText(/^web\.\d does not have your session\.$/)
    await expectPageFits(fixture, ada, 'forgotten')
  })

  test('the page reports that no instance answers, and goes on when one does', async (fixture) => {
    const [web1, web2] = await two(fixture)
    const ada = await fixture.open('ada', await fixture.testBed.startRouter())
    await ada.press('ada')
    await ada.waitForText('You are ada.')
    for (const web of [web1, web2]) web.sendSignal('SIGTERM')
    await Promise.all([web1.waitForExit(), web2.waitForExit()])
    ada.log.expect(/\/me answered 503$/)
    await ada.press('Ask again')
    await ada.waitForText('No answer.')
    expect(
      await ada.page.locator('#instances li').count(),
      'boxes, one for each instance',
    ).toBe(2)
    await expectPageFits(fixture, ada, 'no-instance')
    await web2.restart('SIGTERM')
    await web2.waitForHttp()
    await ada.press('Ask again')
    await ada.waitForText('You are ada.')
  })
})

function two({ testBed }: BrowserFixture): Promise<[AppUnderTest, AppUnderTest]> {
  return Promise.all([startWeb(testBed, 'web.1'), startWeb(testBed, 'web.2')])
}

/** Loads the page again, and waits for both of the answers it asks for. */
async function reload({ page }: PageDriver): Promise<void> {
  await page.reload()
  await page.getByRole('row').nth(1).waitFor()
}

/** The view count, and the instance that answered last, as the page shows them. */
async function answer(screen: PageDriver): Promise<{ views: number; by: string }> {
  await screen.waitForText('You are ada.')
  const summary = await screen.page.locator('#summary').innerText()
  const [, views, by = ''] = /^(\d+) views?\. (\S+) answered\.$/.exec(summary) ?? []
  return { views: Number(views), by }
}
