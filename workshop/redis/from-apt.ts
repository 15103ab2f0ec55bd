import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorMessage } from '../errors.ts'
import { findApt, unpackRedis } from './apt.ts'
import {
  type Manifest,
  fromCache,
  detectVersionIn,
  manifestIn,
  createTempDir,
  moveIntoCache,
  serverIn,
} from './from-cache.ts'
import type { RedisServer, SearchContext } from './server.ts'
import { startRedis } from './start.ts'

/**
 * Gets the distribution's own Redis on Debian and Ubuntu into the workshop's folder, without
 * root, and leaves it there for the next time. Killed at any moment, it leaves a draft that
 * is never taken for a Redis.
 */
export async function fromApt(search: SearchContext): Promise<RedisServer | undefined> {
  const apt = findApt(search.env)
  if (!apt) return undefined
  try {
    await mkdir(search.folder, { recursive: true })
    await assertFreeSpace(search.folder)
    const draft = await createTempDir(search.folder)
    try {
      search.log(`No Redis on this machine: getting one for the workshop, once`)
      const unpacked = await unpackRedis(apt, draft, search.log)
      await install(unpacked, draft, search)
    } finally {
      await rm(draft, { recursive: true, force: true })
    }
    const cached = await fromCache(search)
    return cached && { ...cached, from: 'package' }
  } catch (error) {
    search.log(`That did not work: ${errorMessage(error)}`)
    search.problems.push(`apt: ${errorMessage(error)}`)
    return undefined
  }
}

// Package lists, packages, and what is in them. On a full disk apt would wait for minutes, and
// the message of dpkg would be about tar.
const megabytesNeeded = 80

async function assertFreeSpace(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const megabytes = Math.floor((bavail * bsize) / 1e6)
  if (megabytes >= megabytesNeeded) return
  throw new Error(
    `the disk is full: ${megabytes} MB free, and ${megabytesNeeded} are needed for a moment`,
  )
}

async function install(unpacked: string, draft: string, search: SearchContext): Promise<void> {
  const home = join(draft, 'server')
  await collectFiles(unpacked, home)
  await smokeTest(home, search)
  await moveIntoCache(home, draft, search)
}

// A few MB are all that is needed of 30: the programs and the libraries that came with them.
async function collectFiles(unpacked: string, home: string): Promise<void> {
  await mkdir(home)
  const programs = join(unpacked, 'usr', 'bin')
  if (!existsSync(join(programs, 'redis-server')))
    throw new Error('its packages hold no redis-server')
  for (const name of ['redis-server', 'redis-cli']) {
    if (existsSync(join(programs, name))) await copyFile(join(programs, name), join(home, name))
  }
  for (const folder of await libraryFolders(unpacked)) {
    for (const name of await filesIn(folder)) {
      if (/\.so(\.\d+)*$/.test(name)) await copyFile(join(folder, name), join(home, name))
    }
  }
  const manifest: Manifest = {}
  for (const name of await readdir(home)) manifest[name] = (await stat(join(home, name))).size
  await writeFile(manifestIn(home), JSON.stringify(manifest, null, 2))
}

// usr/lib/x86_64-linux-gnu, usr/lib/aarch64-linux-gnu, …: whatever there is.
async function libraryFolders(unpacked: string): Promise<string[]> {
  const found: string[] = []
  for (const parent of [join(unpacked, 'usr', 'lib'), join(unpacked, 'lib')]) {
    found.push(parent, ...(await filesIn(parent)).map((name) => join(parent, name)))
  }
  return found
}

function filesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}

// Not only its version: a real start, up to PONG.
async function smokeTest(home: string, search: SearchContext): Promise<void> {
  const identity = await detectVersionIn(home, search.env)
  if (!('version' in identity)) throw new Error(`what apt gave: ${identity.problem}`)
  const redis = await startRedis(serverIn(home, 'package', identity, search))
  await redis.stop()
}
