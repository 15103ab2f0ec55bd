import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { guide } from './guide-fixture.ts'

const seconds = 30

// Ten messages every 20 ms, received on a second connection.
const chatty = `
import { createClient } from 'redis'
const client = createClient({ url: process.env.REDIS_URL })
const client2 = client.duplicate()
await Promise.all([client.connect(), client2.connect()])
await client2.subscribe('news', () => {})
let sent = 0
const began = performance.now()
setInterval(() => {
  while (sent < (performance.now() - began) / 2) client.publish('news', JSON.stringify({ number: sent++ }))
}, 20)
`

guide((test) => {
  test(`500 messages a second for ${seconds} seconds keep the page responsive and small`, async (fixture) => {
    await fixture.write('steps/03-publish-subscribe/index.ts', chatty)
    const ada = await fixture.open('ada', '/step/03-publish-subscribe', {
      reducedMotion: 'no-preference',
    })
    const { page } = ada
    await ada.press('Start one')
    await ada.waitForText(/^So much at once: a sample is shown, /)
    await page.locator('.stage .pill').first().waitFor({ state: 'attached' })
    const before = await sizes(page)
    await watchFrames(page)
    await page.waitForTimeout(seconds * 1000)
    const gaps = await page.evaluate<number[]>('window.gaps')
    const after = await sizes(page)
    const published = Number(
      /([\d,]+) messages/
        .exec(await page.locator('.timeline .filters').innerText())?.[1]
        ?.replaceAll(',', ''),
    )
    console.log({
      published,
      gaps: gaps.slice(0, 5),
      frames: await page.evaluate('window.frameCount'),
      before,
      after,
    })
    expect(published).toBeGreaterThan(seconds * 400)
    expect(after.elements, 'elements').toBeLessThan(before.elements + 300)
    expect(after.heap - before.heap, 'bytes more').toBeLessThan(8_000_000)
    // A page that is busy drawing would not handle the click.
    await ada.press('Pause')
    await page.getByRole('button', { name: /^Go on/ }).click()
  })
})

interface Sizes {
  heap: number
  elements: number
}

async function sizes(page: Page): Promise<Sizes> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize: heap } = await session.send('Runtime.getHeapUsage')
  await session.detach()
  const elements = await page.evaluate<number>(`document.querySelectorAll('*').length`)
  return { heap, elements }
}

/** Notes the longest times between two frames. */
async function watchFrames(page: Page): Promise<void> {
  await page.evaluate(`{
    window.gaps = []
    window.frameCount = 0
    let last = performance.now()
    const look = (now) => {
      window.frameCount += 1
      window.gaps.push(Math.round(now - last))
      window.gaps.sort((a, b) => b - a)
      window.gaps.length = Math.min(window.gaps.length, 20)
      last = now
      requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  }`)
}
