import { cpSync, existsSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { type RedisServer, findRedisServer, startRedis } from '../../../workshop/redis/index.ts'
import {
  ask,
  complaintOf,
  inOwnNode,
  lastingFolder,
  newFolder,
  systemWithoutRedis,
} from './redis-support.ts'

// The real thing: Debian's mirror, apt and dpkg, on a PATH without a Redis. One fetch is
// made first; the tests start from copies of what it left.
const home = lastingFolder()
const bin = join(home, 'bin')
const env = { ...process.env, PATH: bin }
const heard: string[] = []

const whyNot = await fetchOnce()
if (whyNot) console.warn(`SKIPPED: fetching Redis was not tested, ${whyNot}`)

afterAll(() => rmSync(home, { recursive: true, force: true }))

async function fetchOnce(): Promise<string | undefined> {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) return 'there is no apt'
  systemWithoutRedis(bin)
  const first = findRedisServer({ env, folder: join(home, 'redis'), log: collect })
  const outcome = await first.catch(String)
  const offline = /resolv|connect|network|timed out/i
  return typeof outcome === 'string' && offline.test(outcome) ? outcome : undefined
}

function collect(line: string) {
  heard.push(line)
}

let folder = ''
let said: string[] = []

beforeEach(() => {
  folder = newFolder()
  said = []
})

function find(more: NodeJS.ProcessEnv = {}): Promise<RedisServer> {
  return findRedisServer({ env: { ...env, ...more }, folder, log: (line) => said.push(line) })
}

async function expectToWork(server: RedisServer) {
  const redis = await startRedis(server)
  const answers = await ask(redis.port, ['PING'])
  await redis.stop()
  expect(answers).toEqual(['PONG'])
}

describe.skipIf(whyNot)('the package, fetched', () => {
  beforeEach(() => cpSync(join(home, 'redis'), folder, { recursive: true }))

  test('only what is needed stays, and progress was shown', () => {
    expect(readdirSync(folder).toSorted()).toEqual(['run', 'server'])
    const names = readdirSync(join(folder, 'server'))
    expect(names).toContain('redis-server')
    expect(
      names.filter((name) => !/^redis-(server|cli)$|\.so|^manifest\.json$/.test(name)),
    ).toEqual([])
    expect(heard[0]).toContain('getting one for the workshop, once')
    expect(heard).toContainEqual(expect.stringContaining('Downloading'))
    expect(heard.at(-1)).toContain('Unpacking')
  })

  test('the next start takes it without a word', async () => {
    const server = await find()
    expect(server.from).toBe('cache')
    expect(server.source).toContain(join(folder, 'server'))
    expect(server.command(1, []).env['LD_LIBRARY_PATH']).toContain(join(folder, 'server'))
    expect(said).toEqual([])
    await expectToWork(server)
  })

  test('truncated, and found by two at once: both fetch it again, and both work', async () => {
    truncateSync(join(folder, 'server', 'redis-server'), 100_000)
    const [one, other] = await Promise.all([find(), find()])
    expect([one.from, other.from]).toEqual(['package', 'package'])
    expect(said[0]).toMatch(/damaged: redis-server has 100000 bytes instead of \d+/)
    await Promise.all([expectToWork(one), expectToWork(other)])
    expect(readdirSync(folder).toSorted()).toEqual(['run', 'server'])
  })

  test.each([
    ['its program deleted', 'redis-server', undefined, 'redis-server is missing'],
    ['its manifest lost', 'manifest.json', undefined, 'its list of files cannot be read'],
    ['its manifest cut short', 'manifest.json', '{"redis', 'its list of files cannot be read'],
  ])('%s, it is not taken', async (_case, name, text, reason) => {
    const file = join(folder, 'server', name)
    if (text === undefined) rmSync(file)
    else writeFileSync(file, text)
    await complaintOf(find({ PATH: '' }))
    expect(said).toEqual([`The Redis fetched earlier is damaged: ${reason}`])
  })
})

describe.skipIf(whyNot)('a fetch', () => {
  test('killed in the middle: the next one sweeps up and succeeds', async () => {
    const options = `{ folder: ${JSON.stringify(folder)}, log: (line) => console.log(line) }`
    const program = await inOwnNode(
      newFolder(),
      [`await redis.findRedisServer(${options})`],
      env,
    )
    await new Promise<void>((resolve) => {
      program.stdout?.on('data', (text) => {
        if (String(text).includes('Unpacking')) program.kill('SIGKILL')
      })
      program.once('exit', () => resolve())
    })
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^draft-/)])
    const server = await find()
    expect(server.from).toBe('package')
    await expectToWork(server)
    expect(readdirSync(folder).toSorted()).toEqual(['run', 'server'])
  })

  test('without a network: the reason in one line, nothing left behind', async () => {
    const config = join(newFolder(), 'apt.conf')
    const nowhere = 'Acquire::http::Proxy "http://127.0.0.1:1";\n'
    writeFileSync(config, nowhere + nowhere.replace('http::', 'https::'))
    const message = await complaintOf(find({ APT_CONFIG: config }))
    expect(message).toMatch(/^UserError: No Redis found \(apt: .*\)\. Get one with: /)
    expect(message).toMatch(/127\.0\.0\.1/)
    expect(message).not.toContain('\n')
    expect(readdirSync(folder)).toEqual([])
  })

  test("the system's package lists are missing: lists of its own, removed afterwards", async () => {
    const config = join(newFolder(), 'apt.conf')
    writeFileSync(config, 'Dir::State::Lists "/nowhere/lists";\n')
    expect(await find({ APT_CONFIG: config })).toMatchObject({ from: 'package' })
    expect(said).toContainEqual(expect.stringContaining('Updating the package lists'))
    expect(readdirSync(folder).toSorted()).toEqual(['run', 'server'])
  })
})
