import type { Locator } from 'playwright-core'
import { expect } from 'vitest'
import { actOn, menuItem } from './guide-frames.ts'
import { guide } from './guide-fixture.ts'

const step = '/step/03-publish-subscribe'
const program = 'steps/03-publish-subscribe/index.ts'

guide((test) => {
  test('buttons keep their positions, and a double click acts once', async (fixture) => {
    await fixture.solve('03-publish-subscribe')
    const ada = await fixture.open('ada', step)
    const { page } = ada
    await ada.press('Start two instances')
    const web1 = page.getByRole('region', { name: 'web.1', exact: true })
    // Which of the two receives the other's message depends on which subscribed first.
    await ada.waitForText('web.1 started', web1)
    const before = await placesOf(web1)
    await actOn(page, 'web.1', 'Freeze')
    await ada.waitForText(/frozen/, web1)
    expect(await placesOf(web1)).toEqual(before)
    await (await menuItem(page, 'web.1', 'Thaw')).dblclick()
    await ada.waitForText(/● running/, web1)
    expect(await placesOf(web1)).toEqual(before)
    await actOn(page, 'web.1', 'SIGTERM')
    await ada.waitForText(/○ ended/, web1)
    expect(await placesOf(web1)).toEqual(before)
    expect(await (await menuItem(page, 'web.1', 'SIGTERM')).isDisabled()).toBe(true)
    await actOn(page, 'web.1', 'Restart')
    await ada.waitForText(/● running/, web1)
    // Exactly one signal was sent.
    expect(await web1.getByText('(ended by SIGTERM)').count()).toBe(1)
  })

  test('the keyboard focus stays in the panel, and tabs add no history entries', async (fixture) => {
    await fixture.solve('03-publish-subscribe')
    const ada = await fixture.open('ada', step)
    const { page } = ada
    const focused = () => page.evaluate<string>('document.activeElement.outerHTML.slice(0, 40)')
    for (const skip of ['Skip to the content', 'Skip to running and checking']) {
      await page.keyboard.press('Tab')
      expect(await focused()).toContain('class="skip"')
      expect(await page.locator(':focus').innerText()).toBe(skip)
    }
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    expect(await page.locator(':focus').getAttribute('id')).toBe('tab-run')
    await ada.button('Start one').press('Enter')
    await page.getByRole('region', { name: 'web.1', exact: true }).waitFor()
    expect(await page.locator(':focus').getAttribute('role')).toBe('tabpanel')
    await ada.button('Stop web.1').press('Enter')
    await expect.poll(() => page.locator(':focus').innerText()).toMatch(/^SIGTERM/)
    await page.keyboard.press('Enter')
    await ada.waitForText(/every instance has ended$/)
    expect(await page.locator(':focus').getAttribute('aria-label')).toBe('Stop web.1')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.locator(':focus').innerText()).toMatch(/^SIGTERM/)
    await page.keyboard.press('ArrowUp')
    expect(await page.locator(':focus').innerText()).toMatch(/^Remove/)
    await page.keyboard.press('Enter')
    await expect
      .poll(() => page.getByRole('region', { name: 'web.1', exact: true }).count())
      .toBe(0)
    expect(await page.locator(':focus').getAttribute('role')).toBe('tabpanel')
    const pages = await page.evaluate('history.length')
    for (const tab of [/^Check/, 'Drills', 'Solution', /^Run/])
      await page.getByRole('tab', { name: tab }).click()
    expect(await page.evaluate('history.length')).toBe(pages)
    await ada.button('Stop all').press('Enter')
    await ada.button('Start one').waitFor()
    expect(await page.locator(':focus').getAttribute('role')).toBe('tabpanel')
  })

  test('ended instances, and results of a check before a change, are not shown as current', async (fixture) => {
    await fixture.write('steps/01-redis-setup/index.ts', 'console.log("done")\n')
    const ada = await fixture.open('ada', '/step/01-redis-setup')
    const { page } = ada
    await ada.press('Start one')
    await ada.waitForText('Your code: every instance has ended')
    await ada.waitForText('(Every instance has ended. Save a file, or restart one)')
    await page.getByRole('tab', { name: 'Run (0 instances)' }).waitFor()
    await fixture.looks(ada, 'ended')
    await fixture.solve('01-redis-setup')
    await page.getByRole('tab', { name: /^Check/ }).click()
    await ada.press('Check now')
    await ada.waitForText('This step has passed.')
    await page.getByText(/^Checked at [\d:]+, in \d+(\.\d)? s\.$/).waitFor()
    await fixture.write('steps/01-redis-setup/index.ts', 'console.log("changed")\n')
    await page.getByText(/^Your files have changed since the check\. Check again\.$/).waitFor()
    await page.getByRole('tab', { name: 'Check', exact: true }).waitFor()
    expect(await page.getByText('This step has passed.').count()).toBe(0)
    expect(await page.locator('#lesson li[data-goal].passed').count()).toBe(0)
    await fixture.looks(ada, 'changed-since')
  })

  test('a syntax error is shown with its line until it is fixed', async (fixture) => {
    await fixture.solve('03-publish-subscribe')
    const ada = await fixture.open('ada', step)
    const { page } = ada
    await ada.press('Start one')
    const web1 = page.getByRole('region', { name: 'web.1', exact: true })
    await ada.waitForText('web.1 started', web1)
    const right = await fixture.read(program)
    await fixture.write(program, `${right}\nconst broken = )\n`)
    const alert = page.getByRole('alert', { name: 'Your files cannot be built' })
    await alert.waitFor()
    expect(await alert.locator('pre').innerText()).toBe('const broken = )\n               ^')
    await ada.waitForText(/● running the code from before/, web1)
    await fixture.looks(ada, 'syntax-error')
    await fixture.write(program, `${right}\n`)
    await expect.poll(() => alert.count()).toBe(0)
    await ada.waitForText(/● running$/, web1)
  })

  test('without an editor there is no button that opens a file', async (fixture) => {
    await fixture.stop()
    await fixture.start({ LAUNCH_EDITOR: 'vim' })
    const ada = await fixture.open('ada', step)
    await ada.waitForText('live')
    await ada.press('Start one')
    await ada.button('Stop all').waitFor()
    expect(await ada.page.getByRole('button', { name: /^Open / }).count()).toBe(0)
  })
})

/** Where the buttons of a card are. */
async function placesOf(card: Locator): Promise<unknown[]> {
  const boxes = await card.getByRole('button').evaluateAll((buttons) =>
    buttons.map((button) => {
      const { x, y, width, height } = button.getBoundingClientRect()
      return [x, y, width, height].map(Math.round)
    }),
  )
  expect(boxes).toHaveLength(1)
  return boxes
}
