import { UserError } from '../errors.ts'
import { dataPath, findOnPath } from '../paths.ts'
import { installCommand } from './install-command.ts'
import { fromCache, removeStaleTempDirs } from './from-cache.ts'
import { fromDocker } from './from-docker.ts'
import { fromApt } from './from-apt.ts'
import { detectVersion, nativeServer, runDirectory } from './server.ts'
import type { RedisServer, SearchContext } from './server.ts'

/** Where to look for a Redis, and where progress is printed. */
export interface FindOptions {
  /** Shows one line of progress; silent by default. */
  log?: (line: string) => void
  /** The environment whose PATH is searched. */
  env?: NodeJS.ProcessEnv
  /** Where a fetched Redis is kept. */
  folder?: string
}

// The nearest first. Each gives a server that works, or notes why it has none.
const sources = [fromPath, fromCache, fromApt, fromDocker]

/**
 * Finds a Redis that can be started, or gets one: on the PATH, fetched earlier, the
 * distribution's package, Docker.
 *
 * @throws UserError (exit 2) with the command that installs one, when there is none
 */
export async function findRedisServer(options: FindOptions = {}): Promise<RedisServer> {
  const search = contextOf(options)
  await removeStaleTempDirs(search.folder)
  for (const place of sources) {
    const server = await place(search)
    if (server) return server
  }
  throw new UserError(
    `No Redis found${formatProblems(search.problems)}. Get one with: ${installCommand()} (or set REDIS_URL)`,
  )
}

/**
 * Fetches a Redis into the workshop's folder, whatever this machine has, so that the folder can be
 * copied to another one.
 *
 * @returns undefined where there is none to fetch
 */
export async function fetchRedis(options: FindOptions): Promise<RedisServer | undefined> {
  const search = contextOf(options)
  return (await fromCache(search)) ?? (await fromApt(search))
}

function contextOf({ env, folder, log }: FindOptions): SearchContext {
  return {
    env: env ?? process.env,
    folder: folder ?? dataPath('redis'),
    log: log ?? (() => {}),
    problems: [],
  }
}

/** The first `redis-server` or `valkey-server` on the PATH that really is one. */
async function fromPath(search: SearchContext): Promise<RedisServer | undefined> {
  const { env, folder } = search
  const files = [...findOnPath('redis-server', env), ...findOnPath('valkey-server', env)]
  for (const file of new Set(files)) {
    const identity = await detectVersion(file, env)
    if ('version' in identity) {
      return nativeServer({
        from: 'path',
        file,
        env,
        workFolder: runDirectory(folder),
        ...identity,
      })
    }
    search.log(`Skipped ${file}: ${identity.problem}`)
    search.problems.push(`${file}: ${identity.problem}`)
  }
  return undefined
}

function formatProblems(problems: string[]): string {
  if (problems.length === 0) return ''
  return ` (${problems.map((problem) => problem.replace(/\.$/, '')).join('; ')})`
}
