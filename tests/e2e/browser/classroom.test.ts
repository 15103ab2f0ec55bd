import { cp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createClient } from 'redis'
import {
  findSharedRedis,
  joinClassroom,
  startReport,
} from '../../../workshop/classroom/membership.ts'
import type { GoalState } from '../../../workshop/classroom/protocol.ts'
import { findStep } from '../../../workshop/course/index.ts'
import { CliProcess } from '../../../workshop/dev/cli-process.ts'
import { dataPath, root } from '../../../workshop/paths.ts'
import { WorkspaceFixture } from '../../unit/support/workspace-fixture.ts'
import { GuideFixture } from './guide-fixture.ts'
import { PageDriver, connectBrowser, expectPageFits } from './support/index.ts'

const screens = [
  { width: 1920, height: 1080 },
  { width: 1440, height: 900 },
]
const hostileName = '<img src=x onerror=attacked>'

let browser: Browser
beforeAll(async () => {
  browser = await connectBrowser()
})
afterAll(() => browser.close())

/** Runs `npm run classroom` in a copy of the workshop. */
async function openClassroom() {
  const clone = await WorkspaceFixture.create({}, onTestFinished)
  for (const part of ['steps', 'solutions'])
    await cp(join(root, part), join(clone.folder, part), { recursive: true })
  const terminal = clone.launch('classroom', '127.0.0.2:0')
  const joinLine = await terminal.waitForOutput(/npm run (join \S+ \S+)\n/)
  const printed = await terminal.waitForOutput(/The board is at (\S+)/)
  const [, url = '', code = ''] = joinLine.split(' ')
  return { clone, terminal, joinLine, printed, origin: new URL(printed).origin, url, code }
}

/** Opens a page of the board; errors in its console fail the test. */
async function openPage(address: string): Promise<PageDriver> {
  const context = await browser.newContext({
    viewport: screens[1] ?? null,
    reducedMotion: 'reduce',
  })
  const screen = new PageDriver('the instructor', await context.newPage())
  onTestFinished(async () => {
    await context.close()
    expect(screen.log.unexpectedErrors).toEqual([])
  })
  await screen.page.goto(address)
  return screen
}

/** A learner of a class that runs already. */
interface Pupil {
  name: string
  step: string
  /** `+` passed, `x` not yet, `.` not tested */
  goals: string
  diagnosis?: string
  minutes: number
}

const states: Record<string, GoalState> = { '+': 'passed', x: 'not yet', '.': 'not tested' }

async function seat({ url, code }: { url: string; code: string }, pupil: Pupil): Promise<void> {
  const folder = folderOf(pupil.name)
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await joinClassroom(url, code, pupil.name, folder)
  if (pupil.goals === '') return
  const { slug, lesson } = await findStep(pupil.step)
  const goals = lesson.goals.map(
    (_, at) => states[pupil.goals[at] ?? pupil.goals.slice(-1)] ?? 'passed',
  )
  const since = Date.now() - pupil.minutes * 60_000
  const { diagnosis } = pupil
  const times = { progressAt: since, diagnosedAt: since, checkedAt: since }
  const before = { step: slug, goals, best: goals.length, diagnosis, passed: 2, ...times }
  await writeFile(join(folder, 'report.json'), JSON.stringify(before))
  const report = startReport(folder)
  const failed = goals.indexOf('not yet')
  await delay(300)
  await report({
    slug,
    goals: goals.map((state, at) =>
      at === failed && diagnosis ? { state, failure: { diagnosis } } : { state },
    ),
  })
}

const folderOf = (name: string) => dataPath('tmp', `pupil ${name.replaceAll(/\W/g, '')}`)

/** Connects and publishes as an instance of this learner in `npm run step 3 class`. */
async function publishAs(name: string): Promise<void> {
  const { url } = await findSharedRedis(folderOf(name))
  const client = createClient({ url })
  client.on('error', () => {})
  onTestFinished(() => client.destroy())
  await client.connect()
  await client.publish('instances', JSON.stringify({ instance: 'web.1', event: 'started' }))
}

const race = { step: '3', goals: '+x.', diagnosis: 's3-subscribe-not-awaited' }
const pupils: Pupil[] = [
  { name: 'Ada', ...race, minutes: 23 },
  { name: 'Grace', ...race, minutes: 17 },
  { name: 'Linus, in the second row at the window', ...race, minutes: 3 },
  { name: 'Linus 2', ...race, minutes: 9 },
  { name: 'Grace 2', ...race, minutes: 12 },
  { name: 'Linus 3', step: '3', goals: 'x.', diagnosis: 's3-never-subscribes', minutes: 31 },
  { name: 'Grace 3', step: '3', goals: '+', minutes: 5 },
  { name: 'Linus 4', step: '4', goals: '++x.', diagnosis: 'unknown', minutes: 6 },
  { name: 'Grace 4', step: '4', goals: 'x.', diagnosis: 's4-never-exits', minutes: 14 },
  { name: 'Linus 5', step: '4', goals: 'x.', diagnosis: 's4-never-exits', minutes: 2 },
  { name: hostileName, step: '2', goals: 'x.', diagnosis: 'does-not-compile', minutes: 75 },
  { name: 'Grace 5', step: '3', goals: '', minutes: 0 },
]

test('the board shows the diagnosis per learner to the instructor, and none on the projector', async () => {
  const room = await openClassroom()
  const screen = await openPage(room.printed)
  const { page } = screen
  await screen.waitForText('No learner has joined yet.')
  for (const pupil of pupils) await seat(room, pupil)

  const names = () => page.getByRole('rowheader').allInnerTexts()
  await expect
    .poll(async () => (await names()).slice(0, 3))
    .toEqual([hostileName, 'Linus 3', 'Ada'])
  expect(await page.locator('img').count()).toBe(0)
  const ada = page.getByRole('row', { name: 'Ada' })
  expect(await ada.innerText()).toMatch(/subscribe not awaited since \d\d:\d\d/)
  expect(await ada.innerText()).toContain('23 min')
  await screen.waitForText('7 of 12 on step 3')
  await expectPageFits({ step: 'classroom' }, screen, 'board', screens)

  const projector = await openPage(room.printed.replace('/?', '/projector?'))
  await projector.waitForText(/npm run join http:\/\/127\.0\.0\.2:/)
  await projector.waitForText('7 of 12 on step 3')
  const shown = await projector.page.locator('body').innerText()
  for (const { name } of pupils) expect(shown).not.toContain(name)
  await expectPageFits({ step: 'classroom' }, projector, 'projector', screens)

  for (const { name } of pupils.slice(0, 6)) await publishAs(name)
  for (const view of [screen, projector])
    await view.page
      .getByRole('img', { name: '6 learners on one Redis, 6 messages published' })
      .waitFor()
  await expectPageFits({ step: 'classroom' }, screen, 'board-redis', screens)
  await expectPageFits({ step: 'classroom' }, projector, 'projector-redis', screens)

  page.on('dialog', (dialog) => void dialog.accept())
  await screen.press(`Remove ${hostileName}`)
  await expect.poll(names).not.toContain(hostileName)

  screen.log.expect(/WebSocket connection to/)
  projector.log.expect(/WebSocket connection to/)
  room.terminal.signal('SIGKILL')
  await room.terminal.ended
  await screen.waitForText('The classroom has stopped. Type: npm run classroom')
})

test('the board follows three learners with the guide through step 3', async () => {
  const room = await openClassroom()
  const board = await openPage(room.printed)
  const fixtures: GuideFixture[] = []
  onTestFinished(async () => {
    for (const fixture of fixtures) await fixture.remove()
  })
  const learners = await Promise.all(
    ['Ada', 'Grace', 'Linus'].map(async (name) => {
      const fixture = new GuideFixture(browser)
      fixtures.push(fixture)
      await fixture.build()
      const joined = await CliProcess.run(fixture.folder, `${room.joinLine} ${name}`).ended
      expect(joined.code).toBe(0)
      await fixture.start()
      const screen = await fixture.open(name, '/step/03-publish-subscribe')
      return { name, fixture, screen }
    }),
  )
  const rowOf = (name: string) => board.page.getByRole('row', { name })
  for (const { name, screen } of learners) {
    await screen.page.getByRole('tab', { name: /^Check/ }).click()
    await screen.press('Check now')
    await expect.poll(() => rowOf(name).innerText()).toMatch(/since/)
  }
  await board.waitForText('3 of 3 on step 3')

  const [ada] = learners
  expect(await board.page.getByRole('link', { name: /^The code of/ }).count()).toBe(0)
  await ada?.screen.press('Show my code to the instructor')
  await ada?.screen.waitForText('The instructor sees your code as it is now.')
  await board.page.getByRole('link', { name: 'The code of Ada' }).click()
  await board.waitForText('index.ts')
  await board.page.goBack()

  for (const { name, fixture, screen } of learners) {
    await fixture.solve('03-publish-subscribe')
    await screen.page.getByRole('tab', { name: /^Check/ }).click()
    await screen.press('Check now')
    await expect.poll(() => rowOf(name).innerText()).toMatch(/passed/)
  }
  expect(learners.flatMap(({ screen }) => screen.log.unexpectedErrors)).toEqual([])
})
