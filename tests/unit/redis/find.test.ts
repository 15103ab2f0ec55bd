import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { installCommand } from '../../../workshop/redis/install-command.ts'
import { composeImage, dockerServer } from '../../../workshop/redis/from-docker.ts'
import { findRedisServer, startRedis } from '../../../workshop/redis/index.ts'
import { execProgram } from '../../../workshop/redis/exec.ts'
import {
  ask,
  errorMessageOf,
  isRunning,
  newFolder,
  realRedis,
  script,
} from './redis-support.ts'

let folder = ''
let bin = ''
let logged: string[] = []

beforeEach(() => {
  folder = newFolder()
  bin = join(folder, 'bin')
  mkdirSync(bin)
  logged = []
})

// Only the programs of `bin` are on this PATH.
function find() {
  return findRedisServer({ folder: join(folder, 'redis'), env: { PATH: bin }, log })
}

function log(line: string) {
  logged.push(line)
}

const version = (text: string) => `echo "${text} sha=00000000:0 malloc=libc bits=64"`

describe('findRedisServer on the PATH', () => {
  test('uses redis-server, and returns its source', async () => {
    script(bin, 'redis-server', version('Redis server v=7.2.4'))
    const server = await find()
    expect(server).toMatchObject({ from: 'path', product: 'Redis', version: '7.2.4' })
    expect(server.name).toBe(`redis-server 7.2.4 (${bin}/redis-server)`)
    expect(server.source).toBe(`redis-server from ${bin}`)
    expect(logged).toEqual([])
  })

  test('starts Redis with a locale that every system has', async () => {
    // Like Redis 7.2 and newer, on a system without that locale.
    const strict = '[ "$LC_ALL" = C ] || { echo "Failed to configure LOCALE" >&2; exit 1; }'
    script(bin, 'redis-server', strict, version('Redis server v=7.2.4'))
    const env = { PATH: bin, LC_ALL: 'xx_XX.UTF-8' }
    const server = await findRedisServer({ folder: join(folder, 'redis'), env, log })
    expect(server.command(0, []).env['LC_ALL']).toBe('C')
  })

  test('uses valkey-server as well', async () => {
    script(bin, 'valkey-server', version('Valkey server v=8.0.1'))
    expect(await find()).toMatchObject({ from: 'path', product: 'Valkey', version: '8.0.1' })
  })

  test.each([
    [
      'another program of that name',
      ['echo "my own redis, version 7.0.15"'],
      'it is not a Redis',
    ],
    ['one that does not run', ['echo "no libssl.so.3" >&2', 'exit 127'], '(no libssl.so.3)'],
    ['one that is too old', [version('Redis server v=5.0.7')], 'it is Redis 5.0.7'],
    ['one that dies', ['kill -9 $$'], 'it died of SIGKILL'],
  ])('skips %s, and logs why', async (_case, lines, reason) => {
    script(bin, 'redis-server', ...lines)
    script(bin, 'valkey-server', version('Valkey server v=8.0.1'))
    expect(await find()).toMatchObject({ product: 'Valkey' })
    expect(logged).toEqual([expect.stringContaining(`Skipped ${bin}/redis-server: `)])
    expect(logged[0]).toContain(reason)
  })

  test('kills a program that never ends, with its children', async () => {
    const file = script(bin, 'redis-server', '/bin/sleep 600 & echo $!', 'wait')
    const ran = await execProgram(file, [], { env: {}, timeoutMs: 300, ownGroup: true })
    expect(ran).toMatchObject({ code: null, stderr: 'it did not end within 0.3 s' })
    await expect.poll(() => isRunning(Number(ran.stdout))).toBe(false)
  })
})

describe('without a Redis', () => {
  test('the error is one line with the install command, exit code 2', async () => {
    expect(await errorMessageOf(find())).toBe(
      `UserError: No Redis found. Get one with: ${installCommand()} (or set REDIS_URL)`,
    )
    await expect(find()).rejects.toMatchObject({ exitCode: 2 })
  })

  test('the error lists the problem of each source', async () => {
    script(bin, 'redis-server', 'exit 1')
    script(bin, 'docker', 'echo "Cannot connect to the Docker daemon" >&2', 'exit 1')
    const message = await errorMessageOf(find())
    expect(message).toContain('redis-server: it does not run (exit code 1)')
    expect(message).toContain('docker: its engine does not answer')
    expect(message).not.toContain('\n')
  })

  test.each([
    ['darwin', '', 'brew install redis'],
    ['win32', '', 'wsl --install'],
    ['linux', 'NAME="Debian GNU/Linux"\nID=debian\n', 'sudo apt-get install redis-server'],
    ['linux', 'ID=pop\nID_LIKE="ubuntu debian"\n', 'sudo apt-get install redis-server'],
    ['linux', 'ID=fedora\n', 'sudo dnf install valkey'],
    ['linux', 'ID="rocky"\nID_LIKE="rhel centos fedora"\n', 'sudo dnf install redis'],
    ['linux', 'ID=alpine\n', 'sudo apk add redis'],
    ['linux', 'ID=manjaro\nID_LIKE=arch\n', 'sudo pacman -S valkey'],
    ['linux', 'ID="opensuse-leap"\nID_LIKE="suse opensuse"\n', 'sudo zypper install redis'],
    ['linux', 'ID=plan9\n', 'your package manager'],
  ] as const)('the install command for %s %j', (platform, osRelease, command) => {
    expect(installCommand(platform, osRelease)).toContain(command)
  })
})

describe.skipIf(process.platform !== 'linux')('apt', () => {
  test.each([
    ['no room on the disk', "E: You don't have enough free space in /x/archives/."],
    ['no such package', 'E: Unable to locate package redis-server'],
  ])(
    '%s: the error has the reason of apt, and no temporary folder is left',
    async (_case, complaint) => {
      script(bin, 'apt-get', `echo "${complaint}" >&2`, 'exit 100')
      script(bin, 'dpkg', 'exit 1')
      const reason = complaint.slice(3).replace(/\.$/, '')
      expect(await errorMessageOf(find())).toContain(`No Redis found (apt: ${reason})`)
      expect(readdirSync(join(folder, 'redis'))).toEqual([])
    },
  )

  test('its files are tested before they are used as Redis', async () => {
    const archives = '"$(/usr/bin/find .. -name archives)"'
    script(
      bin,
      'apt-get',
      `cd "${folder}/redis"`,
      `for name in server tools`,
      `do : > ${archives}/redis-\${name}_1.deb`,
      'done',
    )
    script(bin, 'dpkg', 'exit 0')
    expect(await errorMessageOf(find())).toContain('apt: its packages hold no redis-server')
    script(bin, 'dpkg', '/bin/mkdir -p "$3/usr/bin"', ': > "$3/usr/bin/redis-server"')
    expect(await errorMessageOf(find())).toContain('apt: what apt gave: it does not run')
    expect(readdirSync(join(folder, 'redis'))).toEqual([])
  })

  test('temporary folders of a killed fetch are removed, those of a running one are kept', async () => {
    const redis = join(folder, 'redis')
    const [killed, running] = [
      join(redis, 'draft-4194305-abc'),
      join(redis, `draft-${process.ppid}-abc`),
    ]
    for (const draft of [killed, running]) mkdirSync(join(draft, 'root'), { recursive: true })
    script(bin, 'redis-server', version('Redis server v=7.2.4'))
    await find()
    expect([existsSync(killed), existsSync(running)]).toEqual([false, true])
  })
})

describe('Docker', () => {
  test('uses the pinned image of docker-compose.yml', () => {
    expect(composeImage()).toMatch(/^redis:\d+\.\d+\.\d+-alpine$/)
  })

  test('runs a new container in the foreground, on loopback', () => {
    const server = dockerServer('/usr/bin/docker', 'redis:7.4.6-alpine', {})
    const launch = server.command(4711, ['--requirepass', 'x'])
    expect(launch.file).toBe('/usr/bin/docker')
    expect(launch.args.join(' ')).toMatch(
      /^run --rm --name redis-workshop-\w{8} -p 127\.0\.0\.1:4711:6379 redis:7\.4\.6-alpine redis-server --save {2}--appendonly no --daemonize no --bind 0\.0\.0\.0 --port 6379 --protected-mode no --requirepass x$/,
    )
    expect(server.command(4711, []).args).not.toEqual(server.command(4711, []).args)
    expect(server).toMatchObject({ version: '7.4.6', source: 'redis:7.4.6-alpine in Docker' })
  })

  // A fake docker command that runs the container's command on this machine.
  test('uses an engine that answers, and stops its container by SIGTERM', async () => {
    script(
      bin,
      'docker',
      `echo "$@" >> "${folder}/calls"`,
      'case "$1" in',
      '  info) echo 27.3.1 ;;',
      '  image) exit 1 ;;',
      '  pull) echo pulled ;;',
      '  run) mapping=$6; port=${mapping#127.0.0.1:}; port=${port%:6379}; shift 8',
      `    exec ${await realRedis()} "$@" --bind 127.0.0.1 --port "$port" ;;`,
      'esac',
    )
    const server = await find()
    expect(server.from).toBe('docker')
    expect(logged).toEqual([expect.stringMatching(/^Docker: pulling redis:/)])
    const redis = await startRedis(server)
    expect(await ask(redis.port, ['PING'])).toEqual(['PONG'])
    await redis.stop()
    expect(isRunning(redis.pid)).toBe(false)
  })
})
