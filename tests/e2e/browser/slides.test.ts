import { createHash } from 'node:crypto'
import { cp, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { dataPath, root } from '../../../workshop/paths.ts'
import { Deferred } from '../../../workshop/session/deferred.ts'
import { countSteps } from '../../../workshop/web/index.ts'
import { WorkspaceFixture } from '../../unit/support/workspace-fixture.ts'
import { PageDriver, a11yViolations, connectBrowser } from './support/index.ts'

const size = { width: 1280, height: 720 }
const decks = (await readdir(join(root, 'slides')))
  .filter((name) => /^\d\d-.*\.md$/.test(name))
  .map((name) => name.replace('.md', ''))

// Elements that are larger than the slide, or reach its lower edge.
const tooLarge = `[...document.querySelectorAll('section.present, section.present *')]
  .filter((element) => {
    if (!element.checkVisibility() || element.closest('.notes')) return false
    const { right, bottom } = element.getBoundingClientRect()
    const edge = element.matches('section') ? 720 : 690
    const text = element.matches('pre, section')
    const over = text && (element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight)
    return right > 1280 || bottom > edge || over
  })
  .map((element) => element.tagName + ' ' + element.className + ': ' + element.textContent.slice(0, 60))`

// In print: elements whose position differs from the screen.
const misplaced = `[...document.querySelectorAll('.pdf-page')]
  .filter((page) => {
    const { left, top, bottom } = page.getBoundingClientRect()
    const all = [...page.querySelectorAll('section > :not(.notes)')]
    return all.some((element) => {
      const at = element.getBoundingClientRect()
      return at.left < left + 72 || at.top < top + 20 || at.bottom > bottom - 30
    })
  })
  .map((page) => page.textContent.slice(0, 60))`

let browser: Browser | undefined
let colorScheme: 'light' | 'dark' = 'light'
let reducedMotion: 'reduce' | 'no-preference' = 'reduce'
let clone: WorkspaceFixture
let url = ''
const ended: (() => Promise<void>)[] = []

beforeAll(async () => {
  browser = await connectBrowser()
  clone = await WorkspaceFixture.create({}, (handler) => ended.push(handler))
  for (const part of ['slides', 'solutions', 'steps'])
    await cp(join(root, part), join(clone.folder, part), { recursive: true })
  const address = /The slides are at (http:\/\/127\.0\.0\.1:\d+)\//
  url = await clone.launch('slides').waitForOutput(address)
})
afterAll(async () => {
  await browser?.close()
  for (const end of ended) await end()
})

/** Opens a page; errors in its console fail the test. */
async function open(path: string, ...expected: RegExp[]): Promise<Page> {
  if (!browser) throw new Error('there is no browser')
  const context = await browser.newContext({
    viewport: size,
    reducedMotion,
    colorScheme,
  })
  const { page, log } = new PageDriver(path, await context.newPage())
  log.expect(...expected)
  onTestFinished(async () => {
    await context.close()
    expect(log.unexpectedErrors).toEqual([])
  })
  await page.goto(url + path)
  return page
}

async function openDeck(slug: string, more = ''): Promise<Page> {
  const page = await open(`/${slug}${more}`)
  await page.locator('html[data-ready]').waitFor()
  return page
}

const slidesOf = (page: Page) => page.locator('.slides section')

async function turnTo(page: Page, at: number): Promise<void> {
  await page.evaluate(`location.hash = '#/${at}'`)
  await page.locator(`.slides > section:nth-of-type(${at + 1}).present`).waitFor()
}

describe.each(decks)('%s', (slug) => {
  test('every slide fits, has enough contrast, and has notes', async () => {
    const page = await openDeck(slug)
    const count = await slidesOf(page).count()
    for (let at = 0; at < count; at++) {
      await turnTo(page, at)
      const now = page.locator('section.present')
      const where = `${slug}, slide ${at + 1}`
      for (;;) {
        expect(await page.evaluate(tooLarge), where).toEqual([])
        const unseen = await now.locator('.fragment:not(.visible)').count()
        if (unseen === 0) break
        await page.keyboard.press('ArrowRight')
        await expect.poll(() => now.locator('.fragment:not(.visible)').count()).toBe(unseen - 1)
      }
      expect(await a11yViolations(page), where).toEqual([])
      await page.screenshot({ path: dataPath('screenshots', `${slug}-${at + 1}.png`) })
      const notes = (await now.locator('aside.notes').textContent()) ?? ''
      expect(notes, where).toMatch(/^\s*\d+ min\s+\S/)
    }
  })

  test('the print view has all slides', async () => {
    const page = await openDeck(slug)
    const count = await slidesOf(page).count()
    const print = await openDeck(slug, '?view=print')
    await expect.poll(() => print.locator('.pdf-page').count()).toBe(count)
    expect(await print.locator('.pdf-page section:visible').count()).toBe(count)
    expect(await print.evaluate(misplaced)).toEqual([])
    expect(await print.locator('blockquote:visible').count()).toBe(
      await page.locator('blockquote').count(),
    )
  })
})

test('the index page links to every deck', async () => {
  const page = await open('/')
  const links = page.locator('.deck')
  expect(await links.evaluateAll((all) => all.map((one) => one.getAttribute('href')))).toEqual(
    decks.map((slug) => `/${slug}`),
  )
  expect(await a11yViolations(page)).toEqual([])
  await links.nth(4).press('Enter')
  await page.locator('html[data-ready]').waitFor()
  expect(await page.title()).toBe('SIGTERM: shut down gracefully')
})

test('arrow keys highlight one group of lines after the other, and back', async () => {
  const page = await openDeck('03-publish-subscribe')
  await turnTo(page, 4)
  const looked = () => page.locator('section.present .looked-at').allTextContents()
  expect((await looked()).join()).toContain('const client2 = newClient()')
  await page.keyboard.press('ArrowRight')
  await expect.poll(async () => (await looked()).join()).toContain('client2.connect()')
  await page.keyboard.press('ArrowLeft')
  await expect.poll(async () => (await looked()).join()).toContain('newClient()')
})

test('the speaker view shows the notes and the next slide', async () => {
  const page = await openDeck('04-sigterm')
  const opened = page.waitForEvent('popup')
  await page.keyboard.press('s')
  const speaker = await opened
  const notes = speaker.locator('.speaker-controls-notes')
  await notes.getByText('A platform stops instances all day').waitFor()
  await notes.getByText('3 min').waitFor()
  const next = speaker.frameLocator('#upcoming-slide iframe')
  await next.getByRole('heading', { name: 'The other instances do not notice' }).waitFor()
  await page.keyboard.press('ArrowRight')
  await notes.getByText('assumes forever that web.2 is running').waitFor()
})

test('the speaker view shows the next slide also when that one is loaded last', async () => {
  const page = await openDeck('04-sigterm')
  const notesShown = new Deferred<undefined>()
  // Only the preview of the next slide is opened without controls.
  await page.context().route(/receiver.*controls=false/, async (route) => {
    await notesShown.promise
    await route.continue()
  })
  const opened = page.waitForEvent('popup')
  await page.keyboard.press('s')
  const speaker = await opened
  await speaker.getByText('A platform stops instances all day').first().waitFor()
  notesShown.resolve(undefined)
  const next = speaker.frameLocator('#upcoming-slide iframe')
  await next.getByRole('heading', { name: 'The other instances do not notice' }).waitFor()
})

test('a slide plays recorded runs on the stage, and on paper has the picture', async () => {
  const page = await openDeck('03-publish-subscribe')
  await turnTo(page, 6)
  const stage = page.locator('section.present .stage').frameLocator('iframe')
  await stage.getByText('web.2 published “web.2 started”').waitFor()
  await stage.getByRole('button', { name: 'Publishes before it is subscribed' }).click()
  await stage.getByText('0 subscribers received it').waitFor()
  const heights = 'document.documentElement.scrollHeight - innerHeight'
  expect(await page.frames().at(-1)?.evaluate(heights)).toBeLessThanOrEqual(0)
  await page.screenshot({ path: dataPath('screenshots', '03-stage.png') })
  const print = await openDeck('03-publish-subscribe', '?view=print')
  const picture = print.locator('.stage img')
  await picture.waitFor()
  expect(await print.locator('.stage iframe').isVisible()).toBe(false)
})

// Of what the picture of a slide looks like. The arrows of reveal.js reach into its corner.
async function pictureHash(page: Page): Promise<string> {
  const style = '.controls { display: none !important }'
  const picture = await page.locator('section.present img').screenshot({ style })
  return createHash('sha256').update(picture).digest('hex')
}

test('each key shows one more message of a picture, which is complete with reduced motion and in print', async () => {
  const complete = await pictureHash(await openDeck('04-sigterm'))
  reducedMotion = 'no-preference'
  onTestFinished(() => void (reducedMotion = 'reduce'))
  const page = await openDeck('04-sigterm')
  const look = () => pictureHash(page)
  const looks = [await look()]
  while (looks.length <= countSteps('sigterm.svg')) {
    await page.keyboard.press('ArrowRight')
    await expect.poll(look).not.toBe(looks.at(-1))
    looks.push(await look())
  }
  expect(looks.indexOf(complete)).toBe(looks.length - 1)
  await page.keyboard.press('ArrowLeft')
  await expect.poll(look).toBe(looks.at(-2))
  await page.pdf()
  expect(await look()).toBe(complete)
  const print = await openDeck('04-sigterm', '?view=print')
  const picture = print.locator('img[data-steps]')
  expect(await picture.getAttribute('src')).toBe('/pictures/sigterm.svg')
})

test('where the system is dark, slides and pictures are, with enough contrast', async () => {
  colorScheme = 'dark'
  onTestFinished(() => void (colorScheme = 'light'))
  const page = await openDeck('06-worker-jobs')
  for (let at = 0; at < (await slidesOf(page).count()); at++) {
    await turnTo(page, at)
    expect(await a11yViolations(page)).toEqual([])
    await page.screenshot({ path: dataPath('screenshots', `06-dark-${at + 1}.png`) })
  }
  const background =
    'getComputedStyle(document.querySelector("section.present")).backgroundColor'
  expect(await page.evaluate(background)).toBe('rgb(20, 23, 26)')
})

test('a slide shows the running step, started in any terminal', async () => {
  // The errors of devices when their app ends.
  const page = await open('/08-dispatch', /\/socket\.io\//)
  const picture = page.locator('section.present .live img')
  const device = (name: string) =>
    page.locator(`section.present .device[data-device="${name}"]`).frameLocator('iframe')
  await picture.waitFor()
  const step = clone.launch('solution', '8', '2')
  const bothAreThere = async () => {
    for (const name of ['ada/computer', 'ada/phone'])
      await device(name)
        .getByText(/web\.\d/)
        .first()
        .waitFor()
  }
  await bothAreThere()
  expect(await picture.isVisible()).toBe(false)
  await page.screenshot({ path: dataPath('screenshots', '08-dispatch-live.png') })
  expect(await page.evaluate(tooLarge)).toEqual([])
  await turnTo(page, 1)
  await expect.poll(() => page.locator('.device iframe').count()).toBe(0)
  await turnTo(page, 0)
  await bothAreThere()
  step.signal('SIGINT')
  await step.ended
  await picture.waitFor()
  await expect.poll(() => page.locator('.device iframe').count()).toBe(0)
})
