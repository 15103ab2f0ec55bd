import { findOnPath } from '../paths.ts'
import type { SearchContext } from './search.ts'
import { detectVersion, nativeServer, runDirectory } from './server.ts'
import type { RedisServer } from './server.ts'

/** The first `redis-server` or `valkey-server` on the PATH that really is one. */
export async function fromPath(search: SearchContext): Promise<RedisServer | undefined> {
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
    search.say(`Skipped ${file}: ${identity.problem}`)
    search.problems.push(`${file}: ${identity.problem}`)
  }
  return undefined
}
