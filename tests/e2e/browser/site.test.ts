import { existsSync } from 'node:fs'
import { cp, readFile, readdir } from 'node:fs/promises'
import { type Server, createServer } from 'node:http'
import { extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { root } from '../../../workshop/paths.ts'
import { listen } from '../../../workshop/proxy/sockets.ts'
import { WorkspaceFixture } from '../../unit/support/workspace-fixture.ts'
import { PageDriver, connectBrowser, expectPageFits, sizes } from './support/index.ts'

const prefix = '/workshop/'
const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
}

let browser: Browser | undefined
let folder = ''
let url = ''
let server: Server
const ended: (() => Promise<void>)[] = []

beforeAll(async () => {
  browser = await connectBrowser()
  const clone = await WorkspaceFixture.create({}, (handler) => ended.push(handler))
  const deployment = ['Dockerfile', 'docker-compose.yml', 'Procfile', 'app.json']
  const pages = ['GLOSSARY.md', 'DEPLOY.md', 'CLASSROOM.md']
  for (const part of ['slides', 'solutions', 'steps', ...pages, ...deployment])
    await cp(join(root, part), join(clone.folder, part), { recursive: true })
  expect(await clone.launch('site').ended).toMatchObject({ code: 0 })
  folder = join(clone.folder, 'site')
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://site')
    const name = pathname.startsWith(prefix)
      ? pathname.slice(prefix.length) || 'index.html'
      : ''
    readFile(join(folder, name)).then(
      (body) =>
        response
          .writeHead(200, { 'Content-Type': types[extname(name)] ?? 'text/plain' })
          .end(body),
      () => response.writeHead(404).end(),
    )
  })
  url = `http://127.0.0.1:${await listen(server, 0)}${prefix}`
})
afterAll(async () => {
  await browser?.close()
  server.close()
  for (const end of ended) await end()
})

/** Opens a page of the site. Errors, and requests that leave the site, fail the test. */
async function open(address: string, options: BrowserContextOptions = {}): Promise<PageDriver> {
  if (!browser) throw new Error('there is no browser')
  const context = await browser.newContext({
    viewport: sizes.computer,
    reducedMotion: 'reduce',
    ...options,
  })
  const driver = new PageDriver(address, await context.newPage())
  const base = new URL('.', address).href
  const elsewhere: string[] = []
  driver.page.on('request', (request) => {
    if (!/^(data:|blob:)/.test(request.url()) && !request.url().startsWith(base))
      elsewhere.push(request.url())
  })
  onTestFinished(async () => {
    await context.close()
    expect(driver.log.unexpectedErrors).toEqual([])
    expect(elsewhere).toEqual([])
  })
  await driver.page.goto(address)
  return driver
}

const pagesOf = async () => (await readdir(folder)).filter((name) => name.endsWith('.html'))

describe.each(Object.entries(sizes))('on a %s', (_, viewport) => {
  test('every page opens, fits the screens, and links to existing pages', async () => {
    const names = await pagesOf()
    const { page } = await open(url, { viewport })
    for (const name of names) {
      await page.goto(url + name)
      const over = 'document.documentElement.scrollWidth - innerWidth'
      expect(await page.evaluate(over), name).toBe(0)
      expect(await page.locator('h1').count(), name).toBeGreaterThan(0)
      const shown = page.locator('main h2, main .steps, main .reveal').first()
      expect(await shown.isVisible(), name).toBe(true)
      const links: string[] = await page
        .locator('a[href]')
        .evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''))
      const inside = links.filter((href) => !/^https?:/.test(href))
      const broken = inside.filter((href) => !existsSync(join(folder, href.replace(/#.*/, ''))))
      expect(broken, name).toEqual([])
    }
  })
})

test.each([
  'index',
  '03-publish-subscribe',
  'solution-03-publish-subscribe',
  'glossary',
  'slides',
])('%s has no accessibility violations', async (name) => {
  await expectPageFits({ step: 'site' }, await open(`${url}${name}.html`), name)
})

test('recorded runs are played, paused and stepped through with the keyboard alone', async () => {
  const driver = await open(`${url}03-publish-subscribe.html`, {
    reducedMotion: 'no-preference',
  })
  const { page } = driver
  const right = page.locator('.run').first()
  const wrong = page.locator('.run').last()
  const received = right.getByText('2 subscribers received it').first()
  await received.waitFor()
  const moment = right.getByRole('slider')
  await driver.tabTo(moment)
  await page.keyboard.press('Home')
  await right.getByText('Nothing has been sent to Redis yet.').waitFor()
  await page.keyboard.press('ArrowRight')
  await right.getByText('web.1 sent SUBSCRIBE. Redis replied: ok.').waitFor()
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Enter')
  await right.getByText('web.1 published “web.1 started”. 1 subscriber').waitFor()
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Enter')
  await right.getByRole('button', { name: 'Pause' }).waitFor()
  await page.locator('.pill').first().waitFor()
  await received.waitFor()
  await right.getByRole('button', { name: 'Play again' }).waitFor()
  await wrong.getByRole('button', { name: 'Publishes before it is subscribed' }).click()
  await wrong.getByText('You publish before you subscribe').first().waitFor()
  await wrong.getByText('lost: 1').first().waitFor()
  await wrong.getByRole('button', { name: 'Play again' }).click()
  await wrong.getByRole('button', { name: 'Pause' }).click()
  await wrong.getByRole('button', { name: 'Play', exact: true }).waitFor()
  await wrong.getByRole('checkbox', { name: 'Protocol' }).check()
  await wrong.getByRole('button', { name: 'Step' }).click()
  await wrong
    .getByRole('button', { name: /PUBLISH/ })
    .first()
    .click()
  await wrong.getByText('redis-cli PUBLISH').waitFor()
})

test.each(['01-redis-setup', '05-express-sessions', '09-cluster-chat', '12-redis-cluster'])(
  'the recorded runs of %s have frames without an error',
  async (name) => {
    const { page } = await open(`${url}${name}.html`)
    const mistakes = page.getByRole('group', { name: 'Mistakes' }).getByRole('button')
    expect(await mistakes.count()).toBeGreaterThanOrEqual(3)
    for (const mistake of await mistakes.all()) {
      await mistake.click()
      await page.locator('.run').last().getByRole('slider').press('Home')
      const steps = page.locator('.run').last().getByRole('button', { name: 'Step' })
      await steps.click()
      await steps.click()
    }
  },
)

test('a lesson and its hints work without JavaScript', async () => {
  const { page } = await open(`${url}04-sigterm.html`, { javaScriptEnabled: false })
  await page.getByRole('heading', { name: 'The idea' }).waitFor()
  const hint = page.locator('.hint').nth(2)
  await hint.locator('summary').click()
  expect(await hint.locator('summary + *').isVisible()).toBe(true)
  await page.getByText('web.2 published “web.2 stopped”').first().waitFor()
  await page.getByRole('link', { name: 'Next' }).click()
  await page.getByRole('heading', { level: 1, name: 'Sessions' }).waitFor()
  await page.goto(`${url}slides-04-sigterm.html`)
  expect(await page.locator('section:visible').count()).toBe(
    await page.locator('section').count(),
  )
})

test('the search works with the keyboard, also on pages opened as files', async () => {
  for (const base of [url, `${pathToFileURL(folder).href}/`]) {
    const driver = await open(`${base}index.html`)
    const { page } = driver
    const box = page.getByRole('searchbox')
    await driver.tabTo(box)
    await page.keyboard.type('fire-and-forgt')
    await driver.tabTo(page.getByRole('link', { name: 'At-most-once delivery' }))
    await page.keyboard.press('Enter')
    await page.waitForURL(`${base}glossary.html#at-most-once-delivery`)
    await page.getByRole('searchbox').fill('xyzzy')
    await driver.waitForText('Nothing about “xyzzy”.')
  }
})

test('a deck is shown, and links to its lesson', async () => {
  const { page } = await open(`${url}slides-03-publish-subscribe.html`)
  await page.locator('html[data-ready]').waitFor()
  await page.keyboard.press('ArrowRight')
  await page.locator('section.present').getByRole('heading').first().waitFor()
  await page.getByRole('link', { name: 'To the lesson' }).click()
  await page.waitForURL(`${url}03-publish-subscribe.html`)
})
