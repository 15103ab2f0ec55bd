import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { errorCode } from '../errors.ts'
import { dataPath } from '../paths.ts'
import { numberField, parseObject, stringField } from './json-lines.ts'

/** Where the daemon can be found. */
export interface DaemonAddress {
  port: number
  pid: number
  /** What a session sends first, and what only the daemon can answer. */
  clientToken: string
  serverToken: string
}

/** The address of the newest daemon, which runs or not. */
export interface LatestAddress {
  /** 0 when there was none ever. */
  generation: number
  /** Missing when its file is damaged. */
  address?: DaemonAddress
}

const pattern = /^daemon-(\d+)\.json$/
const fileOf = (generation: number) => dataPath('run', `daemon-${generation}.json`)

/**
 * Finds the newest daemon. The files are numbered, and a daemon's file is only replaced by one
 * with the next number: of two daemons that start at once, the file system lets one create it.
 * So no file of a daemon that runs is deleted by a session that found its predecessor dead.
 */
export async function readLatestAddress(): Promise<LatestAddress> {
  const generation = Math.max(0, ...(await generations()))
  if (generation === 0) return { generation }
  const address = await readAddress(fileOf(generation))
  return address ? { generation, address } : { generation }
}

/**
 * Makes a daemon the one of this clone.
 *
 * @param generation one more than that of the daemon before
 * @returns false when another one was faster
 */
export async function claimAddress(
  generation: number,
  address: DaemonAddress,
): Promise<boolean> {
  await mkdir(dataPath('run'), { recursive: true })
  try {
    const text = JSON.stringify(address) + '\n'
    await writeFile(fileOf(generation), text, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
  await removeAddresses((old) => old < generation)
  return true
}

/** Removes every daemon's file but the newest, which keeps the count. */
export async function removeStaleAddresses(): Promise<void> {
  const newest = Math.max(0, ...(await generations()))
  await removeAddresses((old) => old < newest)
}

async function removeAddresses(which: (generation: number) => boolean): Promise<void> {
  for (const generation of (await generations()).filter(which)) {
    await rm(fileOf(generation), { force: true })
  }
}

async function generations(): Promise<number[]> {
  const names = await readdir(dataPath('run')).catch(() => [])
  return names.map((name) => Number(pattern.exec(name)?.[1] ?? 0))
}

async function readAddress(file: string): Promise<DaemonAddress | undefined> {
  for (;;) {
    const message = parseObject(await readFile(file, 'utf8').catch(() => ''))
    if (message) {
      return {
        port: numberField(message, 'port'),
        pid: numberField(message, 'pid'),
        clientToken: stringField(message, 'clientToken'),
        serverToken: stringField(message, 'serverToken'),
      }
    }
    // It is being written at this moment, or its writer was killed in the middle.
    const facts = await stat(file).catch(() => undefined)
    if (!facts || Date.now() - facts.mtimeMs > 1000) return undefined
    await delay(10)
  }
}
