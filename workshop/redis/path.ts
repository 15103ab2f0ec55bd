import { onPath } from '../paths.ts'
import type { Search } from './search.ts'
import { identify, nativeServer, workFolderOf } from './server.ts'
import type { RedisServer } from './server.ts'

/** The first `redis-server` or `valkey-server` on the PATH that really is one. */
export async function fromPath(search: Search): Promise<RedisServer | undefined> {
  const { env, folder } = search
  const files = [...onPath('redis-server', env), ...onPath('valkey-server', env)]
  for (const file of new Set(files)) {
    const identity = await identify(file, env)
    if ('version' in identity) {
      return nativeServer({
        from: 'path',
        file,
        env,
        workFolder: workFolderOf(folder),
        ...identity,
      })
    }
    search.say(`Skipped ${file}: ${identity.problem}`)
    search.problems.push(`${file}: ${identity.problem}`)
  }
  return undefined
}
