import { readFileSync, statSync } from 'node:fs'
import { mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { errorCode } from '../errors.ts'
import { isAlive } from './is-alive.ts'
import { detectVersion, nativeServer, runDirectory } from './server.ts'
import type { VersionResult, RedisServer, SearchContext } from './server.ts'

// A fetched Redis is one flat folder: redis-server, its libraries, and a manifest with
// their sizes, written last. It is filled as a draft and renamed into place whole.
const serverFolder = 'server'
const manifestName = 'manifest.json'

/** The sizes in bytes of the files of a fetched Redis, by name. */
export type Manifest = Record<string, number>

/** Where the manifest of a fetched Redis lies. */
export function manifestIn(home: string): string {
  return join(home, manifestName)
}

/** The copy that was fetched earlier, if it is there and whole. */
export async function fromCache(search: SearchContext): Promise<RedisServer | undefined> {
  const home = join(search.folder, serverFolder)
  const problem = await findDamage(home)
  if (problem === 'absent') return undefined
  if (problem === undefined) {
    const identity = await detectVersionIn(home, search.env)
    if ('version' in identity) return serverIn(home, 'cache', identity, search)
    search.log(`The Redis fetched earlier does not work: ${identity.problem}`)
    return undefined
  }
  search.log(`The Redis fetched earlier is damaged: ${problem}`)
  return undefined
}

/** Asks the fetched Redis in a folder for its version. */
export function detectVersionIn(home: string, env: NodeJS.ProcessEnv): Promise<VersionResult> {
  return detectVersion(join(home, 'redis-server'), withLibraries(home, env))
}

/** The fetched Redis of a folder, as something to start. */
export function serverIn(
  home: string,
  from: 'cache' | 'package',
  identity: { product: RedisServer['product']; version: string },
  { env, folder }: SearchContext,
): RedisServer {
  const file = join(home, 'redis-server')
  const workFolder = runDirectory(folder)
  return nativeServer({ from, file, env: withLibraries(home, env), workFolder, ...identity })
}

// For Redis alone: no other program should load these libraries.
function withLibraries(home: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const theirs = env['LD_LIBRARY_PATH']
  return { ...env, LD_LIBRARY_PATH: theirs ? home + delimiter + theirs : home }
}

async function findDamage(home: string): Promise<string | undefined> {
  const there = await stat(home).catch(() => undefined)
  if (!there) return 'absent'
  const manifest = readManifest(manifestIn(home))
  if (!manifest) return 'its list of files cannot be read'
  for (const [name, size] of Object.entries(manifest)) {
    const found = statSync(join(home, name), { throwIfNoEntry: false })
    if (!found) return `${name} is missing`
    if (found.size !== size) return `${name} has ${found.size} bytes instead of ${size}`
  }
  return undefined
}

function readManifest(file: string): Manifest | undefined {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return isManifest(parsed) && 'redis-server' in parsed ? parsed : undefined
  } catch {
    return undefined
  }
}

function isManifest(value: unknown): value is Manifest {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((size) => typeof size === 'number')
  )
}

/**
 * Moves a finished Redis to where the next start looks for it. When another fetch was
 * faster, its copy stays and ours is left in the draft.
 *
 * @param home the finished folder, inside a draft
 * @param draft a folder that is removed afterwards, for a damaged copy that is in the way
 */
export async function moveIntoCache(
  home: string,
  draft: string,
  search: SearchContext,
): Promise<void> {
  const target = join(search.folder, serverFolder)
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(home, target)
      return
    } catch (error) {
      const inTheWay = errorCode(error) === 'ENOTEMPTY' || errorCode(error) === 'EEXIST'
      if (!inTheWay || attempt === 5) throw error
    }
    if (await fromCache({ ...search, log: () => {} })) return
    await rename(target, join(draft, `damaged-${attempt}`)).catch(ignoreAbsent)
  }
}

function ignoreAbsent(error: unknown) {
  if (errorCode(error) !== 'ENOENT') throw error
}

/** A new folder to fetch into; its name has the id of this process. */
export function createTempDir(folder: string): Promise<string> {
  return mkdtemp(join(folder, `draft-${process.pid}-`))
}

const anHour = 60 * 60 * 1000

/** Removes what fetches that were killed have left behind. */
export async function removeStaleTempDirs(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names) {
    const owner = /^draft-(\d+)-/.exec(name)?.[1]
    if (!owner) continue
    const draft = join(folder, name)
    const age = Date.now() - ((await stat(draft).catch(() => undefined))?.mtimeMs ?? 0)
    if (isAlive(Number(owner)) && age < anHour) continue
    // The apt of a killed fetch may still be writing: then the next start removes it.
    await rm(draft, { recursive: true, force: true, maxRetries: 3 }).catch(() => {})
  }
}
