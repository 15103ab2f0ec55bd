import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { actOn } from './guide-frames.ts'
import { guide } from './guide-fixture.ts'
import type { PageDriver } from './support/index.ts'

const step = '/step/03-publish-subscribe'

// Records the number of reached goals at each change of the page.
const watchGoals = `{
  window.tallies = new Set()
  const look = () => window.tallies.add(document.querySelectorAll('.check li.passed').length)
  new MutationObserver(look).observe(document.body, { subtree: true, attributes: true })
}`

guide((test) => {
  test('a learner reads, runs, checks, fixes and passes step 3 on one page', async (fixture) => {
    const ada = await fixture.open('ada', '/')
    const { page } = ada
    await page
      .getByRole('link', { name: /Publish and subscribe/ })
      .first()
      .click()
    await page.getByRole('heading', { level: 1, name: /^Publish and subscribe/ }).waitFor()
    await fixture.looks(ada, 'read')

    await unfoldTheHints(ada)
    await ada.press('Start two instances')
    const web1 = page.getByRole('region', { name: 'web.1', exact: true })
    await ada.waitForText(/0 subscribers received "started"$/, web1)
    const redis = page.getByRole('region', { name: 'Redis', exact: true })
    const wire = page.getByRole('list', { name: 'Wire, newest first' })
    const messages = page.getByRole('list', { name: 'Messages, newest first' })
    const lost = messages.getByRole('button', {
      name: /→ instances → no subscriber 0 received/,
    })
    await expect.poll(() => lost.count()).toBe(2)
    await ada.waitForText('lost: 2', redis)
    await fixture.looks(ada, 'running')

    await page.getByRole('tab', { name: /^Check/ }).click()
    await ada.press('Check now')
    for (const word of ['Expected', 'Received', 'Likely', 'Look at'])
      await ada.waitForText(word)
    await ada.waitForText(/publishes and never subscribes/)
    await fixture.looks(ada, 'failed')
    await ada.press('Show 2 such lines in your own run')
    const lit = wire.getByRole('listitem').filter({ hasText: 'the check shows this' })
    await expect.poll(() => lit.count()).toBe(2)
    expect(await lit.filter({ hasText: '0 receivers' }).count()).toBe(2)
    await lit.first().waitFor()
    await fixture.looks(ada, 'spoken-of')

    await ada.press('Open index.ts')
    await ada.waitForText(/index\.ts is open in /)
    expect(await fixture.read('.workshop/opened')).toMatch(/03-publish-subscribe\/index\.ts/)
    await fixture.solve('03-publish-subscribe')
    await ada.waitForText('web.1 started', web1)
    const received = wire.getByRole('button', { name: /PUBLISH instances .*2 receivers/ })
    await received.first().waitFor()
    await ada.waitForText('2 subscribers', redis)
    await ada.waitForText(
      /^web\.[12] published “web\.[12] started”\. 2 subscribers received it in \d+ ms\.$/,
    )
    await wire
      .getByRole('button', { name: /PUBLISH instances .*0 receivers/ })
      .first()
      .waitFor()
    await fixture.looks(ada, 'repaired')

    await page.getByRole('tab', { name: /^Check/ }).click()
    await page.evaluate(watchGoals)
    await ada.press('Check now')
    await ada.waitForText('This step has passed.')
    const all = await page.evaluate<number[]>('[...window.tallies]')
    // A check that a busy machine could not judge is run again.
    const tallies = all.slice(all.lastIndexOf(0))
    expect(tallies, 'goals reached, one by one').toEqual(tallies.toSorted())
    expect(tallies.filter((tally) => tally > 0 && tally < 5)).not.toEqual([])
    await expect.poll(() => page.locator('#lesson li[data-goal].passed').count()).toBe(5)
    await page
      .getByRole('link', { name: 'Step 3: Publish', exact: false })
      .filter({ hasText: '✓' })
      .waitFor()
    const shown = page.getByRole('region', { name: 'The run that passed' })
    await ada.waitForText(
      /web\.2 published “web\.2 started”\. 2 subscribers received it in /,
      shown,
    )
    await fixture.looks(ada, 'passed')
    await watchTheRun(ada)
    await page.getByRole('tab', { name: /^Run/ }).click()
    await received.first().waitFor()
    expect(await lit.count()).toBe(0)
    const progress = '.workshop/progress/03-publish-subscribe'
    expect(await fixture.read(`${progress}.passed`)).toMatch(/^\d{4}-/)
    expect(await fixture.read(`${progress}.hint`)).toBe('2\n')
  })

  test('a message can be shown in full, copied for redis-cli, filtered and paused', async (fixture) => {
    await fixture.solve('03-publish-subscribe')
    const ada = await fixture.open('ada', step, {
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    const { page } = ada
    await ada.press('Start two instances')
    const messages = page.getByRole('list', { name: 'Messages, newest first' })
    await messages
      .getByRole('button', { name: /^web\.2 started web\.2 → instances → / })
      .click()
    const deliveries = messages.getByRole('list', { name: 'Deliveries' })
    await deliveries.getByText(/^web\.2 received it on connection \d after \d+ ms$/).waitFor()
    await ada.waitForText('Redis answered')
    await ada.press('Copy')
    await ada.waitForText('Copied')
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
      `redis-cli PUBLISH instances '{"instance":"web.2","event":"started"}'`,
    )
    await page.getByLabel('Protocol').check()
    const wire = page.getByRole('list', { name: 'Wire, newest first' })
    const row = wire.getByRole('button', { name: /web\.2.*PUBLISH instances/ })
    await row.waitFor()
    await page.getByRole('combobox', { name: 'Instance' }).selectOption('web.1')
    await expect.poll(() => row.count()).toBe(0)
    await page.getByRole('combobox', { name: 'Channel' }).selectOption('instances')
    await expect.poll(() => wire.getByText(/HELLO/).count()).toBe(0)
    await page.getByRole('combobox', { name: 'Instance' }).selectOption('')
    await ada.press('Pause')
    const before = await wire.getByRole('listitem').count()
    await ada.press('One more')
    await page.getByRole('button', { name: /^Go on \([1-9]\d* new\)$/ }).waitFor()
    expect(await wire.getByRole('listitem').count()).toBe(before)
    await page.getByRole('button', { name: /^Go on/ }).click()
    await wire.getByRole('button', { name: /web\.3.*PUBLISH instances/ }).waitFor()
  })

  test('an instance can be ended, killed, frozen and started again', async (fixture) => {
    await fixture.solve('03-publish-subscribe')
    const ada = await fixture.open('ada', step)
    const { page } = ada
    await ada.press('Start two instances')
    const web1 = page.getByRole('region', { name: 'web.1', exact: true })
    const web2 = page.getByRole('region', { name: 'web.2', exact: true })
    const redis = page.getByRole('region', { name: 'Redis', exact: true })
    await ada.waitForText('web.2 started', web2)
    await actOn(page, 'web.1', 'SIGTERM')
    await ada.waitForText(/^\(ended by SIGTERM\)$/, web1)
    await actOn(page, 'web.1', 'Restart')
    await ada.waitForText(/running/, web1)
    await actOn(page, 'web.1', 'SIGKILL')
    await ada.waitForText('(ended by SIGKILL)', web1)
    await ada.waitForText('1 subscriber', redis)
    await actOn(page, 'web.1', 'Restart')
    await ada.waitForText('web.1 started', web2)
    await ada.waitForText('2 subscribers', redis)
    await actOn(page, 'web.2', 'Freeze')
    await ada.waitForText(/frozen/, web2)
    await ada.waitForText('copies wait', web2)
    await actOn(page, 'web.2', 'Thaw')
    await ada.waitForText(/running/, web2)
    await ada.press('Publish')
    await ada.waitForText(
      /^You published “you started”\. 2 subscribers received it in \d+ ms\.$/,
      page.getByRole('status'),
    )
    await ada.press('Take Redis down')
    await ada.waitForText('Redis is unreachable. No message can be delivered.')
    await ada.waitForText('no connection', web1)
    await ada.press('Bring Redis back')
    await ada.press('Stop all')
    await page.getByRole('button', { name: 'Start two instances' }).waitFor()
  })

  test('a drill asks for a prediction, and then shows the result', async (fixture) => {
    const ada = await fixture.open('ada', step)
    const { page } = ada
    await ada.press('Start two instances')
    await page.getByRole('region', { name: 'web.2', exact: true }).waitFor()
    await page.getByRole('tab', { name: 'Drills' }).click()
    const drill = page
      .getByRole('article')
      .filter({ hasText: 'A SUBSCRIBE that takes its time' })
    await expect
      .poll(() => drill.getByRole('button', { name: 'Do it' }).isDisabled())
      .toBe(true)
    await drill.getByLabel(/^It waits for the confirmation/).check()
    await drill.getByRole('button', { name: 'Do it' }).click()
    await ada.waitForText('A surprise.', drill)
    await ada.waitForText(/published without having subscribed to anything/, drill)
    await fixture.looks(ada, 'drill')
  })

  test('the comparison with the solution needs a confirmation', async (fixture) => {
    const ada = await fixture.open('ada', `${step}#solution`)
    const { page } = ada
    await expect.poll(() => ada.button('Compare').isDisabled()).toBe(true)
    await page.getByLabel('I want to see the answer').check()
    await ada.press('Compare')
    await page.getByLabel('Differences in index.ts').waitFor()
    await fixture.looks(ada, 'solution')
  })
})

// Where motion is not wanted, it plays when it is asked for.
async function watchTheRun(ada: PageDriver): Promise<void> {
  const run = ada.page.getByRole('region', { name: 'The run that passed' })
  const moment = run.getByRole('slider')
  expect(await moment.inputValue()).toBe(await moment.getAttribute('max'))
  await ada.press('Watch the run that passed')
  const pause = run.getByRole('button', { name: 'Pause' })
  await pause.waitFor()
  expect(await pause.evaluate((one) => one === one.ownerDocument.activeElement)).toBe(true)
  expect((await ada.page.locator('.top').boundingBox())?.y, 'the bar stays').toBe(0)
  expect((await run.boundingBox())?.y).toBeLessThan(150)
  await run.getByRole('button', { name: 'Play again' }).waitFor()
  expect(await moment.inputValue()).toBe(await moment.getAttribute('max'))
}

async function unfoldTheHints({ page }: { page: Page }): Promise<void> {
  const hints = page.locator('details.hint')
  const seen = () =>
    hints.evaluateAll((all) => all.filter((one) => !('hidden' in one && one.hidden)).length)
  expect(await seen()).toBe(1)
  await page.getByText('Nudge', { exact: true }).click()
  await expect.poll(seen).toBe(2)
  await page.getByText('Concept', { exact: true }).click()
  await expect.poll(seen).toBe(3)
}
