import { cpSync, existsSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { type RedisServer, findRedisServer, startRedis } from '../../../workshop/redis/index.ts'
import {
  ask,
  errorMessageOf,
  runInNode,
  lastingFolder,
  newFolder,
  systemWithoutRedis,
} from './redis-support.ts'

// Uses Debian's mirror, apt and dpkg, on a PATH without a Redis. The tests copy the result of
// one first fetch.
const home = lastingFolder()
const bin = join(home, 'bin')
const env = { ...process.env, PATH: bin }
const loggedAtFetch: string[] = []

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
  loggedAtFetch.push(line)
}

let folder = ''
let logged: string[] = []

beforeEach(() => {
  folder = newFolder()
  logged = []
})

function find(more: NodeJS.ProcessEnv = {}): Promise<RedisServer> {
  return findRedisServer({ env: { ...env, ...more }, folder, log: (line) => logged.push(line) })
}

async function expectToWork(server: RedisServer) {
  const redis = await startRedis(server)
  const answers = await ask(redis.port, ['PING'])
  await redis.stop()
  expect(answers).toEqual(['PONG'])
}

describe.skipIf(whyNot)('a fetched package', () => {
  beforeEach(() => cpSync(join(home, 'redis'), folder, { recursive: true }))

  test('has the needed files only, and its progress was logged', () => {
    expect(readdirSync(folder).toSorted()).toEqual(['run', 'server'])
    const names = readdirSync(join(folder, 'server'))
    expect(names).toContain('redis-server')
    expect(
      names.filter((name) => !/^redis-(server|cli)$|\.so|^manifest\.json$/.test(name)),
    ).toEqual([])
    expect(loggedAtFetch[0]).toContain('getting one for the workshop, once')
    expect(loggedAtFetch).toContainEqual(expect.stringContaining('Downloading'))
    expect(loggedAtFetch.at(-1)).toContain('Unpacking')
  })

  test('is used by the next start, which logs nothing', async () => {
    const server = await find()
    expect(server.from).toBe('cache')
    expect(server.source).toContain(join(folder, 'server'))
    expect(server.command(1, []).env['LD_LIBRARY_PATH']).toContain(join(folder, 'server'))
    expect(logged).toEqual([])
    await expectToWork(server)
  })

  test('that is truncated is fetched again by two processes at once, and both work', async () => {
    truncateSync(join(folder, 'server', 'redis-server'), 100_000)
    const [one, other] = await Promise.all([find(), find()])
    expect([one.from, other.from]).toEqual(['package', 'package'])
    expect(logged[0]).toMatch(/damaged: redis-server has 100000 bytes instead of \d+/)
    await Promise.all([expectToWork(one), expectToWork(other)])
    expect(readdirSync(folder).toSorted()).toEqual(['run', 'server'])
  })

  test.each([
    ['without its program', 'redis-server', undefined, 'redis-server is missing'],
    ['without its manifest', 'manifest.json', undefined, 'its list of files cannot be read'],
    [
      'with a truncated manifest',
      'manifest.json',
      '{"redis',
      'its list of files cannot be read',
    ],
  ])('%s is not used', async (_case, name, text, reason) => {
    const file = join(folder, 'server', name)
    if (text === undefined) rmSync(file)
    else writeFileSync(file, text)
    await errorMessageOf(find({ PATH: '' }))
    expect(logged).toEqual([`The Redis fetched earlier is damaged: ${reason}`])
  })
})

describe.skipIf(whyNot)('a fetch', () => {
  test('that was killed: the next one removes its files and succeeds', async () => {
    const options = `{ folder: ${JSON.stringify(folder)}, log: (line) => console.log(line) }`
    const program = await runInNode(
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

  test('without a network: the error is one line, and no file is left', async () => {
    const config = join(newFolder(), 'apt.conf')
    const nowhere = 'Acquire::http::Proxy "http://127.0.0.1:1";\n'
    writeFileSync(config, nowhere + nowhere.replace('http::', 'https::'))
    const message = await errorMessageOf(find({ APT_CONFIG: config }))
    expect(message).toMatch(/^UserError: No Redis found \(apt: .*\)\. Get one with: /)
    expect(message).toMatch(/127\.0\.0\.1/)
    expect(message).not.toContain('\n')
    expect(readdirSync(folder)).toEqual([])
  })

  test("without the system's package lists: it downloads lists and removes them", async () => {
    const config = join(newFolder(), 'apt.conf')
    writeFileSync(config, 'Dir::State::Lists "/nowhere/lists";\n')
    expect(await find({ APT_CONFIG: config })).toMatchObject({ from: 'package' })
    expect(logged).toContainEqual(expect.stringContaining('Updating the package lists'))
    expect(readdirSync(folder).toSorted()).toEqual(['run', 'server'])
  })
})
