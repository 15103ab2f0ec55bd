import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import type { Search } from './search.ts'
import { identify, nativeServer, workFolderOf } from './server.ts'
import type { RedisServer } from './server.ts'

/**
 * Where a program lies on the PATH, every place in the PATH's order, absolute.
 *
 * @param name without `.exe`
 * @param env its PATH is looked at
 */
export function onPath(name: string, env: NodeJS.ProcessEnv): string[] {
  const windows = process.platform === 'win32'
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(delimiter).filter(Boolean)
  const file = windows ? `${name}.exe` : name
  return folders.map((folder) => resolve(join(folder, file))).filter(isProgram)
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

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
