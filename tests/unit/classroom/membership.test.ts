import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import {
  joinClassroom,
  leaveClassroom,
  readMembership,
  showCode,
  startReport,
} from '../../../workshop/classroom/membership.ts'
import { type CheckedGoals, nextReport } from '../../../workshop/classroom/learner-report.ts'
import { findStep } from '../../../workshop/course/index.ts'
import { listen } from '../../../workshop/proxy/sockets.ts'
import { later } from '../support/on-finished.ts'
import { ownPort } from '../support/own-port.ts'
import { host, openRoom, tempFolder } from './classroom-fixture.ts'

const slug = '03-publish-subscribe'
const failure = { diagnosis: 's3-never-subscribes', likely: 'secret', received: 'code' }
const failed: CheckedGoals = {
  slug,
  goals: [{ state: 'passed' }, { state: 'not yet', failure }],
}
const passed: CheckedGoals = { slug, goals: [{ state: 'passed' }, { state: 'passed' }] }

/** A check that takes 200 ms, in which the board can answer. */
async function check(folder: string, result: CheckedGoals): Promise<string | undefined> {
  const report = startReport(folder)
  await delay(200)
  return report(result)
}

/** Repeats a check until the board has answered; the value is what the check printed. */
function expectReported(folder: string, result: CheckedGoals) {
  const print = async () => (await check(folder, result)) ?? 'nothing'
  return expect.poll(print, { timeout: 60_000 })
}

test('the board receives the goals and the diagnosis of a check, and no text', async () => {
  const { room, url } = await openRoom()
  const folder = tempFolder()
  await joinClassroom(url, room.code, 'Ada', folder)
  expect(room.rows).toMatchObject([{ name: 'Ada', report: { goals: [] } }])
  await expectReported(folder, failed).toBe('nothing')
  const [row] = room.rows
  expect(row?.report).toEqual({
    step: slug,
    goals: ['passed', 'not yet'],
    diagnosis: failure.diagnosis,
    diagnosedAt: expect.any(Number),
    progressAt: expect.any(Number),
    checkedAt: expect.any(Number),
    passed: expect.any(Number),
  })
})

test('while the board is offline a check prints one line, and the next check reports it', async () => {
  const folder = tempFolder()
  const home = tempFolder()
  const first = await openRoom(home, await ownPort())
  await joinClassroom(first.url, first.room.code, 'Ada', folder)
  await check(folder, failed)
  const before = first.room.rows[0]?.report
  first.server.close()
  expect(await check(folder, failed)).toMatch(/^The classroom does not answer/)
  expect(await check(folder, passed)).toMatch(/^The classroom does not answer/)
  const second = await openRoom(home, first.port)
  expect(second.room.rows[0]?.report).toEqual(before)
  await expectReported(folder, passed).toBe('nothing')
  expect(second.room.rows[0]?.report?.goals).toEqual(['passed', 'passed'])
})

test('an unsent result is sent when the board is online again', async () => {
  const folder = tempFolder()
  const home = tempFolder()
  const first = await openRoom(home, await ownPort())
  await joinClassroom(first.url, first.room.code, 'Ada', folder)
  first.server.close()
  await check(folder, passed)
  const second = await openRoom(home, first.port)
  await expect
    .poll(() => second.room.rows[0]?.report?.goals.length, { timeout: 60_000 })
    .toBe(2)
})

test('a check does not wait for a board that accepts connections and never answers', async () => {
  const { room, url } = await openRoom()
  const folder = tempFolder()
  const frozen = createServer((socket) => socket.on('error', () => {}))
  const port = await listen(frozen, 0, host)
  later(() => frozen.close())
  const membership = await joinClassroom(url, room.code, 'Ada', folder)
  const moved = { ...membership, url: `http://${host}:${port}` }
  await writeFile(join(folder, 'joined.json'), JSON.stringify(moved))
  // If the check awaited the response, this test would not end.
  expect(await check(folder, failed)).toMatch(/^The classroom does not answer/)
})

test('a learner whose clock was set back reports as before', async () => {
  const { room, url } = await openRoom()
  const folder = tempFolder()
  const { id } = await joinClassroom(url, room.code, 'Ada', folder)
  const learner = room.find(id)
  if (learner) learner.seq += 3_600_000
  await expectReported(folder, failed).toBe('nothing')
  expect(room.rows[0]?.report?.goals).toHaveLength(2)
})

test('code is shown after showCode only, and removed by leaving', async () => {
  const { room, url } = await openRoom()
  const folder = tempFolder()
  const step = await findStep('3')
  await expect(showCode(step, folder)).rejects.toThrow('You have not joined a classroom')
  const { id } = await joinClassroom(url, room.code, 'Ada', folder)
  await check(folder, failed)
  expect(await room.readCode(id)).toBeUndefined()
  await showCode(step, folder)
  const shown = await room.readCode(id)
  expect(Object.keys(shown?.code.files ?? {})).toContain('index.ts')
  expect(await leaveClassroom(folder)).toBe('received')
  expect(room.rows).toEqual([])
  expect(await readMembership(folder)).toBeUndefined()
  await expectReported(folder, failed).toBe('nothing')
})

test('a removed learner gets a message at the next check', async () => {
  const { room, url } = await openRoom()
  const folder = tempFolder()
  const { id } = await joinClassroom(url, room.code, 'Ada', folder)
  await room.remove(id)
  await expectReported(folder, failed).toMatch(/^The classroom does not know you any more/)
})

test('a wrong code, and an address without a classroom, are refused in one line', async () => {
  const { url, server } = await openRoom()
  await expect(joinClassroom(url, '2222-22', 'Ada', tempFolder())).rejects.toThrow(
    /^The code is wrong/,
  )
  server.close()
  await expect(joinClassroom(url, '2222-22', 'Ada', tempFolder())).rejects.toThrow(
    /does not answer \(ECONNREFUSED\)/,
  )
})

test('only more passed goals, or another step, count as progress', () => {
  const first = nextReport(undefined, failed, 0, 1000)
  const typo = nextReport(first, { slug, goals: [{ state: 'not yet' }] }, 0, 2000)
  const again = nextReport(typo, failed, 0, 3000)
  expect([first, typo, again].map(({ progressAt }) => progressAt)).toEqual([1000, 1000, 1000])
  expect([first, typo, again].map(({ diagnosedAt }) => diagnosedAt)).toEqual([1000, 2000, 3000])
  expect(nextReport(again, passed, 1, 4000)).toMatchObject({ progressAt: 4000, best: 2 })
  expect(nextReport(again, { ...failed, slug: '04-sigterm' }, 1, 5000).progressAt).toBe(5000)
})
