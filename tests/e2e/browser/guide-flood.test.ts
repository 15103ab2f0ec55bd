import { expect } from 'vitest'
import { guide } from './guide-fixture.ts'
import { pageSizes, watchFrames } from './support/index.ts'

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
    const before = await pageSizes(page)
    await watchFrames(page)
    await page.waitForTimeout(seconds * 1000)
    const gaps = await page.evaluate<number[]>('window.gaps')
    const after = await pageSizes(page)
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
