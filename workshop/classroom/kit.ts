import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, copyFile, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { readStarters } from '../course/index.ts'
import { UserError, errorMessage } from '../errors.ts'
import { dataPath, root } from '../paths.ts'
import { fetchRedis } from '../redis/index.ts'

const run = promisify(execFile)

/** Where the kit is. */
export const kitFolder = dataPath('kit')
export const kitFile = 'kit.tgz'
/** The folder that it unpacks to. */
export const kitName = 'redis-instances-workshop'

// Windows runs the workshop in WSL, which is Linux.
const systems = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']
const notForLearners = new Set(['node_modules', '.workshop', '.git', 'steps', 'site'])

/** What a kit holds. */
export interface Kit {
  file: string
  bytes: number
  /** The Redis in it, for people; undefined when there is none. */
  redis: string | undefined
}

/** Whether a kit was made. */
export function hasKit(): boolean {
  return existsSync(join(kitFolder, kitFile))
}

/**
 * Makes an archive from which a laptop with Node runs the workshop without any network: its files
 * with untouched starters, the packages for all systems, and a Redis if one can be carried.
 *
 * @param log shows a line of progress
 * @throws UserError when a package cannot be had
 */
export async function makeKit(log: (line: string) => void): Promise<Kit> {
  await rm(kitFolder, { recursive: true, force: true })
  const folder = join(kitFolder, kitName)
  await mkdir(folder, { recursive: true })
  try {
    for (const name of await readdir(root))
      if (!notForLearners.has(name))
        await cp(join(root, name), join(folder, name), { recursive: true })
    await writeStarters(folder)
    for (const system of systems) {
      log(`Packages for ${system} …`)
      await addPackages(folder, system)
    }
    const redis = await addRedis(folder, log)
    log('Packing …')
    const file = join(kitFolder, kitFile)
    // Under its own name it is served at once.
    await run('tar', ['-czf', `${file}.draft`, '-C', kitFolder, kitName])
    await rename(`${file}.draft`, file)
    return { file, bytes: (await stat(file)).size, redis }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function writeStarters(folder: string): Promise<void> {
  await cp(join(root, 'steps', 'tsconfig.json'), join(folder, 'steps', 'tsconfig.json'))
  for (const [slug, files] of Object.entries(await readStarters())) {
    for (const [name, { text }] of Object.entries(files)) {
      const file = join(folder, 'steps', slug, name)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, text)
    }
  }
}

// npm installs what belongs to one system at a time; all of it has room in one folder.
async function addPackages(folder: string, system: string): Promise<void> {
  const draft = join(kitFolder, system)
  await mkdir(draft)
  for (const name of ['package.json', 'package-lock.json'])
    await copyFile(join(root, name), join(draft, name))
  const [os = '', cpu = ''] = system.split('-')
  const flags = [
    '--omit=dev',
    '--ignore-scripts',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
  ]
  const words = ['ci', ...flags, `--os=${os}`, `--cpu=${cpu}`]
  const npm = process.env['npm_execpath']
  try {
    await (npm
      ? run(process.execPath, [npm, ...words], { cwd: draft })
      : run('npm', words, { cwd: draft }))
  } catch (error) {
    const [, line] = errorMessage(error).split('\n')
    throw new UserError(`npm cannot get the packages for ${system}: ${line ?? ''}`)
  }
  await cp(join(draft, 'node_modules'), join(folder, 'node_modules'), { recursive: true })
  await rm(draft, { recursive: true })
}

async function addRedis(
  folder: string,
  log: (line: string) => void,
): Promise<string | undefined> {
  const redis = await fetchRedis({ log })
  if (!redis) return undefined
  const home = join('.workshop', 'redis', 'server')
  await cp(join(root, home), join(folder, home), { recursive: true })
  return `${redis.product} ${redis.version} for ${process.platform}-${process.arch}`
}
