import { UserError } from '../errors.ts'
import { inWorkshop } from '../paths.ts'
import { howToInstall } from './advice.ts'
import { fromCache, removeStaleDrafts } from './cache.ts'
import { fromDocker } from './docker.ts'
import { fromPackages } from './fetch.ts'
import { fromPath } from './path.ts'
import type { Search } from './search.ts'
import type { RedisServer } from './server.ts'

/** Where to look for a Redis, and whom to tell. */
export interface FindOptions {
  /** Shows one line of progress; silent by default. */
  say?: (line: string) => void
  /** The environment whose PATH is searched. */
  env?: NodeJS.ProcessEnv
  /** Where a fetched Redis is kept. */
  folder?: string
}

// The nearest first. Each gives a server that works, or notes why it has none.
const places = [fromPath, fromCache, fromPackages, fromDocker]

/**
 * Finds a Redis that can be started, or gets one: on the PATH, fetched earlier, the
 * distribution's package, Docker.
 *
 * @throws UserError (exit 2) with the command that installs one, when there is none
 */
export async function findRedisServer(options: FindOptions = {}): Promise<RedisServer> {
  const search: Search = {
    env: options.env ?? process.env,
    folder: options.folder ?? inWorkshop('redis'),
    say: options.say ?? (() => {}),
    problems: [],
  }
  await removeStaleDrafts(search.folder)
  for (const place of places) {
    const server = await place(search)
    if (server) return server
  }
  throw new UserError(
    `No Redis found${reasons(search.problems)}. Get one with: ${howToInstall()} (or set REDIS_URL)`,
  )
}

function reasons(problems: string[]): string {
  if (problems.length === 0) return ''
  return ` (${problems.map((problem) => problem.replace(/\.$/, '')).join('; ')})`
}
