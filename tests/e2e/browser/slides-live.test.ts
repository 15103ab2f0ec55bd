import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, FrameLocator, Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { dataPath, root } from '../../../workshop/paths.ts'
import { WorkspaceFixture } from '../../unit/support/workspace-fixture.ts'
import { PageDriver, a11yViolations, connectBrowser } from './support/index.ts'

const heights = 'document.documentElement.scrollHeight - innerHeight'

let browser: Browser | undefined
beforeAll(async () => {
  browser = await connectBrowser()
})
afterAll(() => browser?.close())

interface Lecture {
  screen: PageDriver
  clone: WorkspaceFixture
  slides: string
}

/** Serves the slides of a copy of the workshop. */
async function openLecture(): Promise<Lecture> {
  if (!browser) throw new Error('there is no browser')
  const clone = await WorkspaceFixture.create({}, onTestFinished)
  for (const part of ['slides', 'solutions', 'steps'])
    await cp(join(root, part), join(clone.folder, part), { recursive: true })
  const slides = await clone.launch('slides').waitForOutput(/The slides are at (\S+)\//)
  const context = await browser.newContext({
    viewport: { width: 1280, height: 720 },
    reducedMotion: 'reduce',
  })
  const screen = new PageDriver('the slide', await context.newPage())
  // The errors of pages when their server ends.
  screen.log.expect(/\/socket\.io\//)
  onTestFinished(async () => {
    await context.close()
    expect(screen.log.unexpectedErrors).toEqual([])
  })
  return { screen, clone, slides }
}

test.each([
  ['03-publish-subscribe', 7, publishByHand],
  ['08-dispatch', 8, writeOnThePhone],
])('%s: the stage is live while the guide runs', async (slug, number, sayHello) => {
  const { screen, clone, slides } = await openLecture()
  const { page } = screen
  await page.goto(`${slides}/${slug}#/${number - 1}`)
  const frame = page.locator('section.present .stage').frameLocator('iframe')
  const choice = frame.getByRole('button', { name: 'Live', exact: true })
  const hint = frame.getByText('To see it live, type npm start and open the guide')
  await hint.waitFor()
  const guide = clone.launch('start', 'guide')
  const address = new URL(await guide.waitForOutput(/The guide is at (\S+)/))
  const guidePort = async () => (await page.request.get(`${slides}/guide`)).text()
  expect(await guidePort(), 'for a browser without the token').toBe('0')
  const alone = await page.context().newPage()
  await alone.goto(address.href)
  expect(await guidePort()).toBe(address.port)

  await choice.click()
  expect(await hint.count()).toBe(0)
  const live = frame.frameLocator('iframe')
  await live.getByLabel('the solution').check()
  await live.getByRole('button', { name: /^Start two/ }).click()
  await sayHello(live)
  await live.getByRole('heading', { name: /“hello”\. 2 subscribers received it/ }).waitFor()
  expect(await live.locator('.stage').evaluate(heights)).toBeLessThanOrEqual(0)
  // axe-core looks at the stage where it is a page of its own.
  await alone.goto(`${address.origin}/stage/${slug}`)
  await alone.getByRole('region', { name: 'Redis', exact: true }).waitFor()
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const one of [page, alone]) {
      await one.emulateMedia({ colorScheme })
      expect(await a11yViolations(one)).toEqual([])
    }
    await page.screenshot({ path: dataPath('screenshots', `${slug}-live-${colorScheme}.png`) })
  }

  await live.getByRole('button', { name: 'Stop web.2' }).click()
  const menu = live.getByRole('menu', { name: 'Stop web.2' })
  expect(await bottomOf(menu)).toBeLessThanOrEqual(await bottomOf(live.owner()))
  await page.keyboard.press('Escape')
  await live.getByRole('button', { name: 'Stop all' }).focus()
  await page.keyboard.press('PageDown')
  await page.locator(`.slides > section:nth-of-type(${number + 1}).present`).waitFor()
  await page.keyboard.press('PageUp')
  await choice.click()
  await live.getByRole('button', { name: 'Stop all' }).waitFor()
  guide.signal('SIGINT')
  await hint.waitFor()
  await frame.getByRole('button', { name: 'Pause' }).waitFor()
})

async function bottomOf(element: Locator): Promise<number> {
  const { y = NaN, height = NaN } = (await element.boundingBox()) ?? {}
  return y + height
}

async function publishByHand(live: FrameLocator): Promise<void> {
  const redis = live.getByRole('region', { name: 'Redis', exact: true })
  await redis.getByText('2 subscribers').waitFor()
  await live.getByLabel('Message', { exact: true }).fill('hello')
  await live.getByRole('button', { name: 'Publish' }).click()
}

async function writeOnThePhone(live: FrameLocator): Promise<void> {
  const device = (name: string) => live.frameLocator(`iframe[title^="${name}"]`)
  const [computer, phone] = [device('Computer'), device('Phone')]
  await computer.getByText('grace', { exact: true }).click()
  await phone.getByText('ada', { exact: true }).click()
  await phone.getByLabel('Message', { exact: true }).fill('hello')
  await phone.getByRole('button', { name: 'Send' }).click()
  await computer.getByText('hello', { exact: true }).waitFor()
}

test('the speaker view has the picture of a stage', async () => {
  const { screen, slides } = await openLecture()
  const { page } = screen
  await page.goto(`${slides}/03-publish-subscribe#/6`)
  await page.locator('html[data-ready]').waitFor()
  const opened = page.waitForEvent('popup')
  await page.keyboard.press('s')
  const speaker = await opened
  const current = speaker.frameLocator('#current-slide iframe').locator('section.present')
  await current.locator('.stage img').waitFor()
  expect(await current.locator('.stage iframe[src]').count()).toBe(0)
})
