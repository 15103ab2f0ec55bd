import { randomUUID } from 'node:crypto'
import { mkdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { UserError, errorCode } from '../errors.ts'
import { lastLine, execProgram } from './exec.ts'

/** What every source of a Redis is given. */
export interface SearchContext {
  env: NodeJS.ProcessEnv
  /** The workshop's folder for a Redis of its own. */
  folder: string
  /** Shows one line of progress. */
  log: (line: string) => void
  /** Why a place had none, for the last sentence if no place has one. */
  problems: string[]
}

/** How to start one Redis. */
export interface LaunchCommand {
  file: string
  args: string[]
  env: NodeJS.ProcessEnv
  /** The fastest signal that leaves nothing behind. */
  stopSignal: 'SIGKILL' | 'SIGTERM'
}

/** A Redis program that can be started. */
export interface RedisServer {
  from: 'path' | 'cache' | 'package' | 'docker'
  product: 'Redis' | 'Valkey'
  /** `7.0.15` */
  version: string
  /** For people: `redis-server 7.0.15 (/usr/bin/redis-server)`. */
  name: string
  /** For people, where it comes from: `redis-server from /usr/bin`. */
  source: string
  /**
   * The command that starts a private one in the foreground.
   *
   * @param port a free port of 127.0.0.1
   * @param config further arguments, word by word: `['--user', 'ada', 'on', '>secret', '~*']`
   */
  command(port: number, config: string[]): LaunchCommand
}

/** The version of a program, or why it cannot be used. */
export type VersionResult =
  { product: RedisServer['product']; version: string } | { problem: string }

/** Nothing on disk, no background process: what every private Redis is started with. */
export const noPersistence = ['--save', '', '--appendonly', 'no', '--daemonize', 'no']

/** RESP3 and users (ACL) came with Redis 6. */
export const oldestMajor = 6

// Every private server asks for the version of the same program, which is a process each time.
const versions = new Map<string, VersionResult>()

/**
 * Asks a program for its version, to learn whether it is a Redis we can use. A program that has
 * answered is not asked again, unless its file has changed.
 *
 * @param file the program, absolute
 * @param env its environment
 */
export async function detectVersion(
  file: string,
  env: NodeJS.ProcessEnv,
): Promise<VersionResult> {
  const { mtimeMs = 0, size = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {}
  const key = `${file} ${mtimeMs} ${size}`
  const known = versions.get(key)
  if (known) return known
  const result = await askVersion(file, env)
  if ('version' in result) versions.set(key, result)
  return result
}

async function askVersion(file: string, env: NodeJS.ProcessEnv): Promise<VersionResult> {
  const ran = await execProgram(file, ['--version'], {
    env: withPlainLocale(env),
    timeoutMs: 3000,
    ownGroup: true,
  })
  const match = /^(Redis|Valkey) server v=((\d+)\.\d+\.\d+)/m.exec(ran.stdout)
  if (ran.code !== 0) {
    return { problem: `it does not run (${lastLine(ran.stderr) || `exit code ${ran.code}`})` }
  }
  if (!match) return { problem: 'it is not a Redis' }
  const [, product, version = '', major] = match
  if (Number(major) < oldestMajor) {
    return {
      problem: `it is Redis ${version}, and ${oldestMajor}.0 is the oldest that will do`,
    }
  }
  return { product: product === 'Valkey' ? 'Valkey' : 'Redis', version }
}

/** What a {@link nativeServer} is made of. */
export interface NativeProgram {
  from: 'path' | 'cache' | 'package'
  file: string
  product: RedisServer['product']
  version: string
  env: NodeJS.ProcessEnv
  /** The folder it runs in; made when it is started. */
  workFolder: string
}

/** A server that is a program of this machine. */
export function nativeServer(program: NativeProgram): RedisServer {
  const { from, file, product, version, env, workFolder } = program
  return {
    from,
    product,
    version,
    name: `${basename(file)} ${version} (${file})`,
    source: `${basename(file)} from ${dirname(file)}`,
    command(port, config) {
      makeFolder(workFolder)
      const local = ['--bind', '127.0.0.1', '--port', String(port)]
      // Should a program call SAVE, no other Redis shall load that file.
      const files = ['--dir', workFolder, '--dbfilename', `${randomUUID()}.rdb`]
      const args = [...noPersistence, ...local, ...files, ...config]
      return { file, args, env: withPlainLocale(env), stopSignal: 'SIGKILL' }
    },
  }
}

// With a locale that this system does not have, Redis 7.2 and newer refuse to start.
function withPlainLocale(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, LC_ALL: 'C' }
}

// Every time: a runner that stays warm outlives a deleted .workshop.
function makeFolder(folder: string) {
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw new UserError(
      `Cannot write ${folder} (${errorCode(error)}): make it writable, or make room`,
    )
  }
}

/** The workshop's folder for files of a running Redis, seen from its own folder. */
export function runDirectory(folder: string): string {
  return join(folder, 'run')
}
