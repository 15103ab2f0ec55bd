import { expect, test } from 'vitest'
import { host, waitForRows } from '../classroom/classroom-fixture.ts'
import { later } from '../support/on-finished.ts'
import { CheckFixture, right } from './check-fixture.ts'

const announces = `import { createClient } from 'redis'
const [client, client2] = [0, 1].map(() => createClient({ url: process.env.REDIS_URL }))
await Promise.all([client.connect(), client2.connect()])
await client2.subscribe('instances', (message) => console.log(message))
await client.publish('instances', process.env.DYNO + ' started')
`
const programs = {
  '01-right': right,
  '02-throws': "throw new Error('swordfish')\n",
  '03-announces': announces,
}
const lost = /The classroom does not answer/

async function makeCopy(): Promise<CheckFixture> {
  const copy = await CheckFixture.make(programs)
  later(() => copy.remove())
  return copy
}

/** Runs a command. @returns what it printed */
async function openClassroom(copy: CheckFixture, place: string) {
  const terminal = copy.start(`classroom ${place}`)
  const joinLine = await terminal.waitForOutput(/npm run (join \S+ \S+)\n/)
  const board = await terminal.waitForOutput(/The board is at (\S+)/)
  return { terminal, joinLine, board, place: /http:\/\/(\S+)/.exec(joinLine)?.[1] ?? '' }
}

test('learners join, check, keep results while the board is offline, show code, and leave', async () => {
  const [instructor, learner] = await Promise.all([makeCopy(), makeCopy()])
  const first = await openClassroom(instructor, `${host}:0`)
  expect((await learner.run('show 1')).code).toBe(2)
  const joined = await learner.run(`${first.joinLine} Ada Lovelace`)
  expect([joined.code, joined.stderr]).toEqual([0, ''])

  expect(await learner.run('check 2')).toMatchObject({ code: 1, stderr: '' })
  const [row] = await waitForRows(first.board, ([ada]) => ada?.report?.step === '02-throws')
  expect(row).toMatchObject({
    name: 'Ada Lovelace',
    report: { goals: ['not yet'], diagnosis: 'throws', passed: 0 },
  })

  const taken = await instructor.run(`classroom new ${first.place}`)
  expect(taken).toMatchObject({ code: 2, stderr: expect.stringMatching(/is taken/) })

  first.terminal.signal('SIGSTOP')
  const frozen = await learner.run('check 1')
  expect([frozen.code, frozen.stderr]).toEqual([0, expect.stringMatching(lost)])
  first.terminal.signal('SIGKILL')
  await first.terminal.ended
  const dead = await learner.run('check 1 json')
  expect([dead.code, dead.stderr]).toEqual([0, expect.stringMatching(lost)])
  expect(JSON.parse(dead.stdout)).toMatchObject({ verdict: 'passed' })

  const second = await openClassroom(instructor, first.place)
  expect(second.joinLine).toBe(first.joinLine)
  expect(await waitForRows(second.board, () => true)).toEqual([row])
  expect(await learner.run('check 1')).toMatchObject({ code: 0, stderr: '' })
  await waitForRows(second.board, ([ada]) => ada?.report?.goals[0] === 'passed')

  expect(await learner.run('show 2')).toMatchObject({ code: 0, stderr: '' })
  const [shown] = await waitForRows(second.board, ([ada]) => ada?.codeAt !== undefined)
  const { origin, search } = new URL(second.board)
  const { headers } = await fetch(origin + search, { redirect: 'manual' })
  const cookie = headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const page = await fetch(`${origin}/code/${shown?.id}`, { headers: { cookie } })
  expect(await page.text()).toContain('swordfish')
  expect((await fetch(`${origin}/code/${shown?.id}`)).status).toBe(403)

  expect(await learner.run('leave')).toMatchObject({ code: 0, stderr: '' })
  await waitForRows(second.board, (rows) => rows.length === 0)
  second.terminal.signal('SIGINT')
  expect(await second.terminal.ended).toMatchObject({ code: 0, stderr: '' })
})

test('instances of two learners exchange messages over one Redis', async () => {
  const [instructor, ada, grace] = await Promise.all([makeCopy(), makeCopy(), makeCopy()])
  expect(await ada.run('step 3 class')).toMatchObject({ code: 2 })
  const { joinLine } = await openClassroom(instructor, `${host}:0`)
  expect((await ada.run(`${joinLine} Ada`)).code).toBe(0)
  expect((await grace.run(`${joinLine} Grace`)).code).toBe(0)
  const first = ada.start('step 3 class')
  await first.waitForOutput(/web\.1 +\| ada-web\.1 started/)
  const second = grace.start('step 3 2 class')
  await second.waitForOutput(/web\.2 +\| grace-web\.2 started/)
  await first.waitForOutput(/web\.1 +\| grace-web\.2 started/)
  // It uses no Redis of its own, and a check ignores it.
  expect(await grace.run('check 1')).toMatchObject({ code: 0 })
})
