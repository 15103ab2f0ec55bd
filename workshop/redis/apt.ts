import { mkdirSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { findOnPath } from '../paths.ts'
import { type ExecResult, lastLine, execProgram } from './exec.ts'

/** The two programs of Debian and Ubuntu that get and unpack a package. */
export interface Apt {
  /** apt-get, absolute. */
  program: string
  dpkg: string
  env: NodeJS.ProcessEnv
}

/** Finds apt, where there is one. */
export function findApt(env: NodeJS.ProcessEnv): Apt | undefined {
  if (process.platform !== 'linux') return undefined
  const [program] = findOnPath('apt-get', env)
  const [dpkg] = findOnPath('dpkg', env)
  // English complaints: we pass on the line that begins with 'E:'.
  return program && dpkg ? { program, dpkg, env: { ...env, LC_ALL: 'C' } } : undefined
}

// The system's own hooks would write outside our folder (and as root they could); pictures
// and translations of packages are of no use to us.
const quietConfig = `#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear Acquire::IndexTargets::deb::DEP-11;
#clear Acquire::IndexTargets::deb::CNF;
#clear Acquire::Languages;
Acquire::Languages "none";
`

/**
 * Downloads Redis's packages and unpacks them, without root and without installing anything.
 *
 * @param folder a new folder, for all that apt writes
 * @param log prints a line of progress
 * @returns the folder that looks like `/`
 * @throws Error with apt's own reason
 */
export async function unpackRedis(
  apt: Apt,
  folder: string,
  log: (line: string) => void,
): Promise<string> {
  // apt insists on both partial folders.
  mkdirSync(join(folder, 'lists', 'partial'), { recursive: true })
  mkdirSync(join(folder, 'archives', 'partial'), { recursive: true })
  writeFileSync(join(folder, 'apt.conf'), quietConfig)
  log('Downloading redis-server (about 2 MB) …')
  // The system's own package lists spare us 20 MB, when they are there and still true.
  await download(apt, options(folder, 'system'))
  if (!(await isDownloaded(folder))) await downloadWithNewLists(apt, folder, log)
  log('Unpacking …')
  return unpack(apt, folder)
}

async function downloadWithNewLists(apt: Apt, folder: string, log: (line: string) => void) {
  const own = options(folder, 'own')
  log("Updating the package lists (the workshop's own copy) …")
  const update = await aptGet(apt, [...own, 'update'])
  log('Downloading redis-server …')
  const got = await download(apt, own)
  // The update reports why (no network, no space); the download then only misses the package.
  if (await isDownloaded(folder)) return
  throw new Error(aptError(update) || aptError(got) || 'apt-get gave no redis-server')
}

// Not by apt's exit code: it is 0 when a package is installed already and cannot be downloaded.
async function isDownloaded(folder: string): Promise<boolean> {
  const names = await readdir(join(folder, 'archives'))
  const has = (name: string) => names.some((file) => file.startsWith(`${name}_`))
  return packages.every(has)
}

function options(folder: string, lists: 'system' | 'own'): string[] {
  const settings = [
    `Dir::Cache=${folder}`,
    `Dir::Cache::archives=${join(folder, 'archives')}`,
    `Dir::Log=${join(folder, 'log')}`,
    ...(lists === 'own' ? [`Dir::State::Lists=${join(folder, 'lists')}`] : []),
    'Debug::NoLocking=1',
    'APT::Sandbox::User=',
    'Acquire::Retries=1',
    'Acquire::http::Timeout=15',
    'Acquire::https::Timeout=15',
  ]
  const words = settings.flatMap((setting) => ['-o', setting])
  return ['-c', join(folder, 'apt.conf'), '-qq', ...words]
}

// In the first there is only a link to a program of the second.
const packages = ['redis-server', 'redis-tools']

// Reinstall: the second may be on this system without the first.
function download(apt: Apt, settings: string[]): Promise<ExecResult> {
  const how = ['-y', '--no-install-recommends', '--reinstall', '--download-only']
  return aptGet(apt, [...settings, ...how, 'install', ...packages])
}

function aptGet(apt: Apt, args: string[]): Promise<ExecResult> {
  return execProgram(apt.program, args, { env: apt.env, timeoutMs: 180_000 })
}

function aptError(ran: ExecResult): string {
  const line = ran.stderr.split('\n').find((text) => /^[EW]: /.test(text))
  return line?.slice(3).trim() ?? (ran.code === 0 ? '' : lastLine(ran.stderr))
}

async function unpack(apt: Apt, folder: string): Promise<string> {
  const target = join(folder, 'root')
  mkdirSync(target)
  const archives = join(folder, 'archives')
  for (const name of await readdir(archives)) {
    if (!name.endsWith('.deb')) continue
    const args = ['-x', join(archives, name), target]
    const ran = await execProgram(apt.dpkg, args, { env: apt.env, timeoutMs: 60_000 })
    if (ran.code !== 0) throw new Error(lastLine(ran.stderr) || `dpkg failed on ${name}`)
  }
  return target
}
