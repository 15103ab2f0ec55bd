import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ExitResult } from '../../../workshop/dev/cli-process.ts'
import { CheckFixture, goal, right, silent } from './check-fixture.ts'

// The first step of this course is right; each other step has a mistake of its own.
const programs = {
  '01-right': right,
  '02-throws': "throw new Error('swordfish')\n",
  '03-syntax': 'const hello = = 1\n',
  '04-import': "import './not-there.ts'\n",
  '05-silent': silent,
  '06-unending': `import net from 'node:net'
const { port } = new URL(process.env['REDIS_URL'] ?? '')
const socket = net.connect(Number(port), '127.0.0.1', () => socket.write('PING\\r\\n'))
socket.once('data', () => console.log('hello'))
`,
  '07-elsewhere': "import net from 'node:net'\nnet.connect(1).on('error', () => {})\n",
  '08-leaves-a-child': `import { spawn } from 'node:child_process'
const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' })
child.once('spawn', () => {
  console.log('hello')
  process.exit(0)
})
`,
  '09-port-taken': `import net from 'node:net'
const { port } = new URL(process.env['REDIS_URL'] ?? '')
net.createServer().listen(Number(port), '127.0.0.1')
`,
  '10-ends-at-once': '',
  '11-ends-redis': `import { createClient } from 'redis'
const client = createClient({ url: process.env['REDIS_URL'] })
client.on('error', () => process.exit(1))
await client.connect()
await client.sendCommand(['SHUTDOWN', 'NOSAVE'])
`,
}

const diagnoses = {
  '01-right': undefined,
  '02-throws': 'throws',
  '03-syntax': 'does-not-compile',
  '04-import': 'does-not-compile',
  '05-silent': 'sends-nothing',
  '06-unending': 'never-ends',
  '07-elsewhere': 'connects-elsewhere',
  '08-leaves-a-child': 'leaves-children-behind',
  '09-port-taken': 'listens-elsewhere',
  '10-ends-at-once': 'does-nothing',
}

let course: CheckFixture
let result: ExitResult
let verdicts: Verdict[]

interface Verdict {
  id: string
  folder: string
  verdict: string
  diagnosis?: { id: string; likely: string }
  ms: number
  goals: { goal: string; passed: boolean; ms: number; failure?: { received: string } }[]
}

beforeAll(async () => {
  course = await CheckFixture.make(programs)
  result = await course.run('check json')
  const lines = result.stdout.trim().split('\n')
  verdicts = lines.map((line): Verdict => JSON.parse(line))
})

afterAll(() => course.remove())

test('`check json` prints one object per step, and nothing else', () => {
  expect(verdicts.map(({ id }) => id)).toEqual(Object.keys(programs))
  for (const { id, folder, verdict, ms, goals } of verdicts) {
    expect(folder).toBe(`steps/${id}`)
    if (id === '11-ends-redis') continue
    expect(verdict).toBe(id === '01-right' ? 'passed' : 'not yet')
    expect(ms).toBeGreaterThan(0)
    expect(goals).toMatchObject([{ goal, passed: verdict === 'passed' }])
    expect(goals[0]?.ms).toBeGreaterThanOrEqual(0)
  }
})

test('every mistake gets its own diagnosis', () => {
  const named = verdicts.slice(0, -1).map(({ id, diagnosis }) => [id, diagnosis?.id])
  expect(Object.fromEntries(named)).toEqual(diagnoses)
})

test("a syntax error is reported with the learner's file and line", () => {
  const syntax = verdicts.find(({ id }) => id === '03-syntax')
  const received = syntax?.goals[0]?.failure?.received
  expect(received).toMatch(/^(steps\/03-syntax\/)?index\.ts:1:14: Unexpected "="$/)
})

test('a step that could not be judged has a reason and no goals, and the exit code is 2', () => {
  const reason = expect.stringMatching(
    /^could not be judged: the Redis of this check has ended/,
  )
  expect(verdicts.at(-1)).toMatchObject({ verdict: 'not judged', reason, goals: [] })
  expect(result.code).toBe(2)
})

test.skipIf(process.platform !== 'linux')('no process is left', async () => {
  await expect.poll(() => course.processes(), { timeout: 120_000 }).toEqual([])
})
