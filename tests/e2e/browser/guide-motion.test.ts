import { expect } from 'vitest'
import { guide } from './guide-fixture.ts'

const step = '/step/03-publish-subscribe'

// Notes for each of them the places in which it is drawn.
const watchMotion = `{
  window.places = new Map()
  const look = () => {
    for (const circle of document.querySelectorAll('.picture circle.message')) {
      const { transform } = getComputedStyle(circle)
      const seen = window.places.get(circle) ?? new Set()
      if (transform !== 'none') window.places.set(circle, seen.add(transform))
    }
    requestAnimationFrame(look)
  }
  look()
}`

const places = '[...window.places.values()].map(({ size }) => size)'

guide((test) => {
  test('a message is seen on its way, and one that nobody hears falls', async (house) => {
    const moving = { reducedMotion: 'no-preference' } as const
    const ada = await house.open('ada', step, moving)
    const { page } = ada
    await page.evaluate(watchMotion)
    await ada.press('Start one')
    const picture = page.locator('.picture')
    await picture.getByText('0 receivers').waitFor({ state: 'attached' })
    await picture.getByRole('img', { name: /channel instances, no subscribers/ }).waitFor()
    await house.solve('03-publish-subscribe')
    await picture
      .getByRole('img', { name: /channel instances, subscribers: web\.1 \d/ })
      .waitFor()
    await expect
      .poll(() => page.evaluate(places))
      .toEqual(expect.arrayContaining([expect.toSatisfy((number: number) => number > 2)]))
    await expect.poll(() => picture.locator('circle.message').count()).toBe(0)
  })

  test('for whoever wants no motion a message is shown where it arrives', async (house) => {
    await house.solve('03-publish-subscribe')
    const ada = await house.open('ada', step, { reducedMotion: 'reduce' })
    const { page } = ada
    await page.evaluate(watchMotion)
    await ada.press('Start two instances')
    await ada.waitForText(
      'web.2 started',
      page.getByRole('region', { name: 'web.2', exact: true }),
    )
    await expect.poll(() => page.evaluate('window.places.size')).toBeGreaterThan(2)
    await expect.poll(() => page.locator('.picture circle.message').count()).toBe(0)
    expect(new Set(await page.evaluate<number[]>(places))).toEqual(new Set([1]))
  })
})
