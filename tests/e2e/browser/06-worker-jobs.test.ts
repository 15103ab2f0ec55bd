import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Endpoint } from '../../../workshop/check/http.ts'
import { startWebApp, startWorker } from '../../06-worker-jobs/helpers/jobs.ts'
import type { AppUnderTest } from '../../../workshop/check/app-under-test.ts'
import {
  type Scope,
  type BrowserFixture,
  type PageDriver,
  expectPageFits,
  pages,
} from './support/index.ts'

const connected = 'This device is connected.'
// Long enough for several progress messages.
const long = {
  upTo: 10_000_000,
  result: '664,579 primes up to 10,000,000. The largest: 9,999,991.',
}
const short = { upTo: 100, result: '25 primes up to 100. The largest: 97.' }
const other = { upTo: 200, result: '46 primes up to 200. The largest: 199.' }

pages('06-worker-jobs', (test) => {
  test("both devices of ada show her job's progress and result; grace's shows neither", async (fixture) => {
    const [web1, web2] = await two(fixture)
    await startWorker(fixture.testBed)
    const laptop = await loggedIn(fixture, "ada's laptop", web1, 'ada')
    const phone = await fixture.open("ada's phone", web2, laptop)
    await phone.waitForText(connected)
    const grace = await loggedIn(fixture, 'grace', web2, 'grace')
    const [hers, its, graces] = [
      await recordTexts(laptop.page),
      await recordTexts(phone.page),
      await recordTexts(grace.page),
    ]
    await count(laptop.page, long.upTo)
    for (const screen of [laptop, phone]) await screen.waitForText(long.result)
    // Fence: earlier messages to grace arrive before the result of her own job.
    await count(grace.page, short.upTo)
    await grace.waitForText(short.result)
    expect(await graces()).toEqual(['Sent.', short.result])
    for (const texts of [await hers(), await its()]) {
      const progress = texts.filter((text) => text.endsWith(' %')).map(Number.parseFloat)
      expect(new Set(progress).size, 'steps of the progress').toBeGreaterThan(1)
      expect(progress).toEqual(progress.toSorted((a, b) => a - b))
      expect(texts.at(-1)).toBe(long.result)
    }
  })

  test('without a worker the page shows that no worker is running', async (fixture) => {
    const [web1] = await two(fixture)
    const ada = await loggedIn(fixture, 'ada', web1, 'ada')
    await count(ada.page, short.upTo)
    await ada.waitForText('Not done: no worker is running.')
    expect(await ada.button('Count').isEnabled()).toBe(true)
    await startWorker(fixture.testBed)
    await count(ada.page, short.upTo)
    await ada.waitForText(short.result)
  })

  test('two devices side by side share a login, and have separate sockets', async (fixture) => {
    await two(fixture)
    await startWorker(fixture.testBed)
    const ada = await fixture.open('ada', await fixture.testBed.startRouter())
    await ada.press('Two devices side by side')
    const left = ada.page.frameLocator('iframe[title=Laptop]')
    const right = ada.page.frameLocator('iframe[title=Phone]')
    await ada.waitForText('Who are you?', right)
    await left.getByRole('button', { name: 'ada' }).click()
    for (const device of [left, right]) await ada.waitForText(connected, device)
    await expectPageFits(fixture, ada, 'side-by-side')
    await count(left, short.upTo)
    for (const device of [left, right]) await ada.waitForText(short.result, device)
    await right.getByRole('button', { name: 'Log out' }).click()
    for (const device of [left, right]) await ada.waitForText('Who are you?', device)
    await ada.press('One device')
    await ada.button('Two devices side by side').waitFor()
  })

  test('HTML in a result is escaped', async (fixture) => {
    const [web1] = await two(fixture)
    const ada = await loggedIn(fixture, 'ada', web1, 'ada')
    const hostile = '<img src=x onerror="attacked=1">'
    for (const result of [hostile, { upTo: hostile, count: hostile, largest: hostile }]) {
      await fixture.testBed.publish('DONE:ada:primes', JSON.stringify({ result }))
      const shown =
        typeof result === 'string' ? JSON.stringify(result) : /^NaN primes up to NaN/
      await ada.waitForText(shown)
    }
    expect(await ada.page.locator('img').count()).toBe(0)
  })

  test('a device whose instance ends reconnects to another one', async (fixture) => {
    const { testBed } = fixture
    await startWorker(testBed)
    const web1 = await startWebApp(testBed, 'web.1')
    const ada = await loggedIn(fixture, 'ada', await testBed.startRouter(), 'ada')
    // The router answers 502 or 503 for the instance that has ended.
    ada.log.expect(/^HEAD .* answered 50[23]$/, /^error: WebSocket connection to/)
    const web2 = await startWebApp(testBed, 'web.2')
    const texts = await recordTexts(ada.page, 'line')
    for (const [web, signal, job] of [
      [web1, 'SIGTERM', short],
      [web2, 'SIGKILL', other],
    ] as const) {
      const before = (await texts()).length
      web.sendSignal(signal)
      await web.waitForExit()
      await expect
        .poll(async () => (await texts()).slice(before))
        .toEqual(['Connection lost. Trying again.', connected])
      await count(ada.page, job.upTo)
      await ada.waitForText(job.result)
      await web.restart(signal)
      await web.waitForHttp()
    }
  })

  test('all controls work with the keyboard alone', async (fixture) => {
    const [web1] = await two(fixture)
    await startWorker(fixture.testBed)
    const ada = await fixture.open('ada', web1)
    const { keyboard } = ada.page
    await ada.waitForText('Who are you?')
    await ada.tabTo(ada.button('ada'))
    await keyboard.press('Enter')
    await ada.waitForText(connected)
    await ada.tabTo(ada.page.getByRole('spinbutton'))
    await keyboard.press('ControlOrMeta+A')
    await keyboard.type('100')
    await keyboard.press('Enter')
    await ada.waitForText(short.result)
    await ada.tabTo(ada.button('Log out'))
    await keyboard.press('Enter')
    await ada.waitForText('Who are you?')
    await ada.tabTo(ada.button('Two devices side by side'))
    await keyboard.press('Enter')
    await ada.tabTo(ada.button('One device'))
  })

  test('the page fits the screens in every state of a job', async (fixture) => {
    const [web1] = await two(fixture)
    const ada = await fixture.open('ada', web1)
    await ada.waitForText('Who are you?')
    await expectPageFits(fixture, ada, 'logged-out')
    await ada.press('ada')
    await ada.waitForText(connected)
    await expectPageFits(fixture, ada, 'ada')
    await count(ada.page, short.upTo)
    await ada.waitForText('Not done: no worker is running.')
    await expectPageFits(fixture, ada, 'no-worker')
    await fixture.testBed.publish('PROGRESS:ada:primes', JSON.stringify({ done: 0.42 }))
    await ada.waitForText('42 %')
    await expectPageFits(fixture, ada, 'half-done')
    const result = { upTo: 50_000_000, count: 3_001_134, largest: 49_999_991 }
    await fixture.testBed.publish('DONE:ada:primes', JSON.stringify({ result }))
    await ada.waitForText(/^3,001,134 primes/)
    await expectPageFits(fixture, ada, 'done')
  })
})

function two({ testBed }: BrowserFixture): Promise<[AppUnderTest, AppUnderTest]> {
  return Promise.all([startWebApp(testBed, 'web.1'), startWebApp(testBed, 'web.2')])
}

async function loggedIn(
  fixture: BrowserFixture,
  name: string,
  place: Endpoint,
  user: string,
): Promise<PageDriver> {
  const screen = await fixture.open(name, place)
  await screen.press(user)
  await screen.waitForText(connected)
  return screen
}

async function count(on: Scope, upTo: number): Promise<void> {
  await on.getByRole('spinbutton').fill(String(upTo))
  await on.getByRole('button', { name: 'Count' }).click()
}

/** Records the texts of an element from now on. @returns a function that reads them */
async function recordTexts(page: Page, id = 'news'): Promise<() => Promise<string[]>> {
  await page.evaluate(`{
    const element = document.getElementById('${id}')
    const texts = []
    new MutationObserver(() => texts.push(element.textContent)).observe(element, { childList: true })
    window.texts = texts
  }`)
  return () => page.evaluate<string[]>('texts')
}
