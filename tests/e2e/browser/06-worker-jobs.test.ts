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
// Long enough for several pieces of news about it.
const long = {
  upTo: 10_000_000,
  result: '664,579 primes up to 10,000,000. The largest: 9,999,991.',
}
const short = { upTo: 100, result: '25 primes up to 100. The largest: 97.' }
const other = { upTo: 200, result: '46 primes up to 200. The largest: 199.' }

pages('06-worker-jobs', (test) => {
  test('both devices of ada see her job progress, and its result; grace sees nothing', async (scene) => {
    const [web1, web2] = await two(scene)
    await startWorker(scene.stage)
    const laptop = await loggedIn(scene, "ada's laptop", web1, 'ada')
    const phone = await scene.open("ada's phone", web2, laptop)
    await phone.waitForText(connected)
    const grace = await loggedIn(scene, 'grace', web2, 'grace')
    const [hers, its, graces] = [
      await remember(laptop.page),
      await remember(phone.page),
      await remember(grace.page),
    ]
    await count(laptop.page, long.upTo)
    for (const screen of [laptop, phone]) await screen.waitForText(long.result)
    // The fence: whatever was on its way to grace has arrived before a result of her own.
    await count(grace.page, short.upTo)
    await grace.waitForText(short.result)
    expect(await graces()).toEqual(['Sent.', short.result])
    for (const told of [await hers(), await its()]) {
      const progress = told.filter((text) => text.endsWith(' %')).map(Number.parseFloat)
      expect(new Set(progress).size, 'steps of the progress').toBeGreaterThan(1)
      expect(progress).toEqual(progress.toSorted((a, b) => a - b))
      expect(told.at(-1)).toBe(long.result)
    }
  })

  test('without a worker the page says that no worker is running', async (scene) => {
    const [web1] = await two(scene)
    const ada = await loggedIn(scene, 'ada', web1, 'ada')
    await count(ada.page, short.upTo)
    await ada.waitForText('Not done: no worker is running.')
    expect(await ada.button('Count').isEnabled()).toBe(true)
    await startWorker(scene.stage)
    await count(ada.page, short.upTo)
    await ada.waitForText(short.result)
  })

  test('two devices side by side are two devices, with one login', async (scene) => {
    await two(scene)
    await startWorker(scene.stage)
    const ada = await scene.open('ada', await scene.stage.startRouter())
    await ada.press('Two devices side by side')
    const left = ada.page.frameLocator('iframe[title=Laptop]')
    const right = ada.page.frameLocator('iframe[title=Phone]')
    await ada.waitForText('Who are you?', right)
    await left.getByRole('button', { name: 'ada' }).click()
    for (const device of [left, right]) await ada.waitForText(connected, device)
    await expectPageFits(scene, ada, 'side-by-side')
    await count(left, short.upTo)
    for (const device of [left, right]) await ada.waitForText(short.result, device)
    await right.getByRole('button', { name: 'Log out' }).click()
    for (const device of [left, right]) await ada.waitForText('Who are you?', device)
    await ada.press('One device')
    await ada.button('Two devices side by side').waitFor()
  })

  test('a result that looks like HTML stays text', async (scene) => {
    const [web1] = await two(scene)
    const ada = await loggedIn(scene, 'ada', web1, 'ada')
    const hostile = '<img src=x onerror="hurt=1">'
    for (const result of [hostile, { upTo: hostile, count: hostile, largest: hostile }]) {
      await scene.stage.publish('DONE:ada:primes', JSON.stringify({ result }))
      const shown =
        typeof result === 'string' ? JSON.stringify(result) : /^NaN primes up to NaN/
      await ada.waitForText(shown)
    }
    expect(await ada.page.locator('img').count()).toBe(0)
  })

  test('a device whose instance ends comes back on another one', async (scene) => {
    const { stage } = scene
    await startWorker(stage)
    const web1 = await startWebApp(stage, 'web.1')
    const ada = await loggedIn(scene, 'ada', await stage.startRouter(), 'ada')
    // The router cannot reach what was just asked, and says so.
    ada.log.expect(/^HEAD .* answered 50[23]$/, /^error: WebSocket connection to/)
    const web2 = await startWebApp(stage, 'web.2')
    const told = await remember(ada.page, 'line')
    for (const [web, signal, job] of [
      [web1, 'SIGTERM', short],
      [web2, 'SIGKILL', other],
    ] as const) {
      const before = (await told()).length
      web.sendSignal(signal)
      await web.waitForExit()
      await expect
        .poll(async () => (await told()).slice(before))
        .toEqual(['Connection lost. Trying again.', connected])
      await count(ada.page, job.upTo)
      await ada.waitForText(job.result)
      await web.restart(signal)
      await web.waitForHttp()
    }
  })

  test('everything can be done with the keyboard alone', async (scene) => {
    const [web1] = await two(scene)
    await startWorker(scene.stage)
    const ada = await scene.open('ada', web1)
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

  test('it looks right, whatever becomes of a job', async (scene) => {
    const [web1] = await two(scene)
    const ada = await scene.open('ada', web1)
    await ada.waitForText('Who are you?')
    await expectPageFits(scene, ada, 'stranger')
    await ada.press('ada')
    await ada.waitForText(connected)
    await expectPageFits(scene, ada, 'ada')
    await count(ada.page, short.upTo)
    await ada.waitForText('Not done: no worker is running.')
    await expectPageFits(scene, ada, 'nobody-listens')
    await scene.stage.publish('PROGRESS:ada:primes', JSON.stringify({ done: 0.42 }))
    await ada.waitForText('42 %')
    await expectPageFits(scene, ada, 'half-done')
    const result = { upTo: 50_000_000, count: 3_001_134, largest: 49_999_991 }
    await scene.stage.publish('DONE:ada:primes', JSON.stringify({ result }))
    await ada.waitForText(/^3,001,134 primes/)
    await expectPageFits(scene, ada, 'done')
  })
})

function two({ stage }: BrowserFixture): Promise<[AppUnderTest, AppUnderTest]> {
  return Promise.all([startWebApp(stage, 'web.1'), startWebApp(stage, 'web.2')])
}

async function loggedIn(
  scene: BrowserFixture,
  name: string,
  place: Endpoint,
  user: string,
): Promise<PageDriver> {
  const screen = await scene.open(name, place)
  await screen.press(user)
  await screen.waitForText(connected)
  return screen
}

async function count(on: Scope, upTo: number): Promise<void> {
  await on.getByRole('spinbutton').fill(String(upTo))
  await on.getByRole('button', { name: 'Count' }).click()
}

/** Remembers everything an element says from now on. @returns how to ask for it */
async function remember(page: Page, id = 'news'): Promise<() => Promise<string[]>> {
  await page.evaluate(`{
    const element = document.getElementById('${id}')
    const told = []
    new MutationObserver(() => told.push(element.textContent)).observe(element, { childList: true })
    window.told = told
  }`)
  return () => page.evaluate<string[]>('told')
}
