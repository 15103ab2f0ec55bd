import { expect } from 'vitest'
import { guide } from './guide-fixture.ts'

const step = '/step/03-publish-subscribe'

// Records the positions at which each message is drawn.
const watchMotion = `{
  window.places = new Map()
  const look = () => {
    for (const pill of document.querySelectorAll('.stage .pill')) {
      const { offsetDistance, visibility } = getComputedStyle(pill)
      const seen = window.places.get(pill) ?? new Set()
      if (visibility === 'visible') window.places.set(pill, seen.add(offsetDistance))
    }
    requestAnimationFrame(look)
  }
  look()
}`

// Records which messages begin to travel.
const watchPills = `{
  window.pills = []
  const look = (changes) => {
    for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes]))
      if (node.classList?.contains('pill')) window.pills.push(node.textContent)
  }
  new MutationObserver(look).observe(document, { childList: true, subtree: true })
}`

// Records which step of the picture each address shows.
const watchPicture = `{
  window.shown = []
  const picture = document.querySelector('img[data-steps]')
  const look = () => window.shown.push(new URL(picture.src).hash)
  look()
  new MutationObserver(look).observe(picture, { attributeFilter: ['src'] })
}`

const places = '[...window.places.values()].map(({ size }) => size)'
const words = '[...window.places.keys()].map(({ textContent }) => textContent)'

guide((test) => {
  test('on the first page each message travels once, and again when asked', async (fixture) => {
    const moving = { reducedMotion: 'no-preference' } as const
    const ada = await fixture.open('ada', '/', moving)
    const { page } = ada
    await page.addInitScript(watchPills)
    await page.reload()
    // One to Redis, and three copies.
    const each = ['web.1', 'web.2', 'web.3'].flatMap((name) => Array(4).fill(`${name} started`))
    await ada.waitForText(/^web\.3 published/)
    await expect.poll(() => page.evaluate('window.pills')).toEqual(each)
    await ada.press('Play again')
    await ada.waitForText(/^web\.1 published/)
    await ada.waitForText(/^web\.3 published/)
    await expect.poll(() => page.evaluate('window.pills')).toEqual([...each, ...each])
    await expect.poll(() => page.locator('.stage .pill').count()).toBe(0)
  })

  test('a message moves with its text, and one that no subscriber receives is counted', async (fixture) => {
    const moving = { reducedMotion: 'no-preference' } as const
    const ada = await fixture.open('ada', step, moving)
    const { page } = ada
    await page.evaluate(watchMotion)
    await ada.press('Start one')
    const redis = page.getByRole('region', { name: 'Redis', exact: true })
    await ada.waitForText('lost: 1', redis)
    await ada.waitForText('0 subscribers', redis)
    await fixture.solve('03-publish-subscribe')
    await ada.waitForText('1 subscriber', redis)
    await expect
      .poll(() => page.evaluate(places))
      .toEqual(expect.arrayContaining([expect.toSatisfy((number: number) => number > 2)]))
    expect(await page.evaluate(words)).toContain('web.1 started')
    await expect.poll(() => page.locator('.stage .pill').count()).toBe(0)
    await page.locator('.trace.words').filter({ visible: true }).waitFor()
  })

  test('the run that passed plays once by itself, and neither focus nor page move', async (fixture) => {
    await fixture.solve('03-publish-subscribe')
    const moving = { reducedMotion: 'no-preference' } as const
    const ada = await fixture.open('ada', `${step}#check`, moving)
    const { page } = ada
    await page.evaluate(watchMotion)
    await ada.press('Check now')
    const run = page.getByRole('region', { name: 'The run that passed' })
    await run.waitFor()
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Check now')
    expect(await page.evaluate(`document.querySelector('#bench').scrollTop`)).toBe(0)
    await run.getByRole('slider').scrollIntoViewIfNeeded()
    await page.mouse.move(1000, 600)
    await page.mouse.wheel(0, 600)
    await run.getByRole('button', { name: 'Pause' }).waitFor()
    await expect.poll(() => page.evaluate(words)).toContain('web.2 started')
    await run.getByRole('button', { name: 'Play again' }).waitFor()

    await page.getByRole('tab', { name: /^Run/ }).click()
    await ada.button('Start two instances').waitFor()
    await page.getByRole('tab', { name: /^Check/ }).click()
    const moment = run.getByRole('slider')
    expect(await moment.inputValue()).toBe(await moment.getAttribute('max'))
  })

  test('with reduced motion no message moves, and the path of the last one is shown', async (fixture) => {
    await fixture.solve('03-publish-subscribe')
    const ada = await fixture.open('ada', step, { reducedMotion: 'reduce' })
    const { page } = ada
    await page.evaluate(watchMotion)
    await ada.press('Start two instances')
    await ada.waitForText(
      'web.2 started',
      page.getByRole('region', { name: 'web.2', exact: true }),
    )
    await expect
      .poll(() => page.locator('.trace.words').innerText())
      .toMatch(/^1 web\.[12] started$/)
    await expect.poll(() => page.locator('.wires .live').count()).toBeGreaterThan(1)
    expect(await page.evaluate('window.places.size')).toBe(0)
  })

  test('a picture plays once it is on the screen, and again; on paper it is complete', async (fixture) => {
    const moving = { reducedMotion: 'no-preference' } as const
    const ada = await fixture.open('ada', '/step/07-sockets-state', moving)
    const { page } = ada
    const shown = () => page.evaluate<string[]>('window.shown')
    await page.evaluate(watchPicture)
    expect(await shown()).toEqual(['#step-0'])
    await page.locator('img[data-steps]').scrollIntoViewIfNeeded()
    const played = ['#step-0', '#step-0', '#step-1', '#step-2', '#step-3', '']
    await expect.poll(shown).toEqual(played)
    await ada.button('Play again').press('Enter')
    const again = async () => (await shown()).slice(played.length)
    await expect.poll(again).toContain('#step-1')
    await page.pdf()
    expect((await again()).at(-1)).toBe('')
  })

  test('with reduced motion a picture is complete and has no button', async (fixture) => {
    const ada = await fixture.open('ada', '/step/07-sockets-state')
    const { page } = ada
    await page.getByRole('tab', { name: /^Run/ }).waitFor()
    const picture = page.locator('img[data-steps]')
    await picture.scrollIntoViewIfNeeded()
    expect(await picture.getAttribute('src')).toBe('/pictures/two-devices.svg')
    expect(await page.getByRole('button', { name: 'Play again' }).count()).toBe(0)
  })
})
