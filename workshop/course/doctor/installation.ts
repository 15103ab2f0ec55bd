import { execFile } from 'node:child_process'
import { chmod, lstat, readFile, readdir, rm, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { transform } from 'esbuild'
import { errorCode, errorMessage } from '../../errors.ts'
import { filesIn, readText, displayPath, writeFileAtomic } from '../files.ts'
import { readStarters } from '../starters.ts'
import { pluralize, isRecord, parseJson } from '../text.ts'
import { type DoctorResult, note, ok, problem } from './finding.ts'

const megabyte = 1024 * 1024

/** Whether the packages are installed in the versions package.json asks for. */
export async function checkPackages(root: string): Promise<DoctorResult> {
  const wanted = dependenciesIn(await readText(join(root, 'package.json')))
  if (!wanted) return problem('package.json is missing or damaged', 'Get the workshop again')
  const wrong: string[] = []
  for (const [name, version] of Object.entries(wanted)) {
    const found = await installedVersion(root, name)
    if (found !== version)
      wrong.push(`${name} is ${found ?? 'missing'}, not ${String(version)}`)
  }
  if (wrong.length === 0) return ok(`Packages: all ${Object.keys(wanted).length} as asked for`)
  const more = wrong.length > 1 ? ` (and ${wrong.length - 1} more)` : ''
  return problem(`Packages: ${wrong[0]}${more}`, 'Run: npm install')
}

// As Node looks for it: in a workspace, packages are in a node_modules further up.
async function installedVersion(root: string, name: string): Promise<string | undefined> {
  for (let folder = root; ; folder = dirname(folder)) {
    const text = await readText(join(folder, 'node_modules', name, 'package.json'))
    if (text !== undefined) return versionIn(text) ?? 'damaged'
    if (dirname(folder) === folder) return undefined
  }
}

/** Whether the compiler that runs every TypeScript file here works. */
export async function checkEsbuild(): Promise<DoctorResult> {
  try {
    await transform('const one: number = 1', { loader: 'ts' })
    return ok('esbuild: compiles TypeScript')
  } catch (error) {
    return explainEsbuild(error)
  }
}

/** Why esbuild does not run, and what to do. */
export function explainEsbuild(error: unknown): DoctorResult {
  const [reason = ''] = errorMessage(error).split('\n')
  const text = `esbuild does not run: ${reason.replace(/\.$/, '')}`
  if (/EACCES/.test(reason)) return problem(text, noexecRemedy)
  if (/could not be found/.test(reason))
    return problem(text, 'Optional packages are left out. Run: npm install --include=optional')
  return problem(text, 'Delete node_modules and run: npm install (on this system)')
}

const noexecRemedy =
  'Move the workshop to a disk that lets programs run (mounted without noexec)'

const started = 'Programs: can be started from .workshop'

/** Whether a program in .workshop can be started: a Redis that is fetched is kept there. */
export async function checkExecutable(root: string): Promise<DoctorResult> {
  if (process.platform === 'win32') return ok('Programs: can be started')
  const file = join(root, '.workshop', `doctor-${process.pid}.sh`)
  try {
    await writeFileAtomic(file, '#!/bin/sh\nexit 0\n')
    await chmod(file, 0o700)
    await promisify(execFile)(file)
    return ok(started)
  } catch (error) {
    const code = errorCode(error)
    // While it was written this process started another one, which has it open for a moment. Where
    // programs must not be started the system refuses that first (Linux: fs/exec.c, do_open_execat).
    if (code === 'ETXTBSY') return ok(started)
    if (code !== 'EACCES') return problem(errorMessage(error), noexecRemedy)
    return problem('Programs in .workshop cannot be started (EACCES)', noexecRemedy)
  } finally {
    await rm(file, { force: true })
  }
}

/**
 * Whether files belong to root, as after one `sudo npm start`.
 *
 * @param uid of the user; undefined where there are none
 * @param ownerOf the user id that a path belongs to
 */
export async function checkOwner(
  root: string,
  uid = process.getuid?.(),
  ownerOf = async (path: string) => (await lstat(path)).uid,
): Promise<DoctorResult> {
  if (uid === undefined || uid === 0) return ok('Owner: not looked at')
  const folders = ['', 'steps', '.workshop', 'node_modules']
  for (const folder of folders.map((name) => join(root, name))) {
    const names = await readdir(folder).catch(() => [])
    for (const path of ['', ...names].map((name) => join(folder, name))) {
      const owner = await ownerOf(path).catch(() => undefined)
      if (owner !== 0) continue
      const what = `${displayPath(path)} belongs to root (after sudo npm start?)`
      return problem(what, 'Run here: sudo chown -R "$(id -un)" .')
    }
  }
  return ok('Owner: you')
}

/** Whether .workshop, the one folder the workshop writes to, can be written to. */
export async function checkWritable(root: string): Promise<DoctorResult> {
  const file = join(root, '.workshop', `doctor-${process.pid}`)
  try {
    await writeFileAtomic(file, 'Written to see whether it can be.\n')
    await rm(file)
    return ok('.workshop: can be written to')
  } catch (error) {
    return { state: 'problem', text: errorMessage(error) }
  }
}

/** Whether there is room on the disk. */
export async function checkDisk(root: string): Promise<DoctorResult> {
  const { bavail, bsize } = await statfs(root)
  return checkFreeSpace(bavail * bsize)
}

/** @param bytes free on the disk */
export function checkFreeSpace(bytes: number): DoctorResult {
  const free = Math.floor(bytes / megabyte)
  const text =
    free < 10_000 ? `Disk: ${free} MB free` : `Disk: ${Math.floor(free / 1024)} GB free`
  if (free < 50) return problem(text, 'Make room: builds and backups need some')
  return free < 500 ? note(`${text}, which is little`) : ok(text)
}

/** Whether this is a clone or an unpacked zip: both will do. */
export async function checkGitClone(root: string): Promise<DoctorResult> {
  const names = await readdir(root)
  const origin = names.includes('.git') ? 'a clone' : 'no clone, but an unpacked copy'
  return ok(`Git: not needed; this is ${origin}`)
}

/** Whether the untouched starters are there, and which line ends the files in steps/ have. */
export async function checkStarters(root: string): Promise<DoctorResult> {
  try {
    await readStarters(root)
  } catch (error) {
    return { state: 'problem', text: errorMessage(error) }
  }
  const files = await filesIn(join(root, 'steps'))
  const texts = await Promise.all(
    files.map((file) => readFile(join(root, 'steps', file), 'utf8').catch(() => '')),
  )
  const windows = texts.filter((text) => text.includes('\r\n')).length
  if (windows === 0) return ok('Starters: whole; line ends LF')
  return note(
    `Starters: whole; ${pluralize(windows, 'file')} in steps/ with CRLF line ends, no harm`,
  )
}

/** Whether killed commands left something behind. */
export async function checkLeftovers(root: string): Promise<DoctorResult> {
  const folders = [join(root, '.workshop'), join(root, '.workshop', 'backups')]
  const lists = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(folder).catch(() => [])
      return names
        .filter((name) => /^\.draft-|\.draft$/.test(name))
        .map((name) => join(folder, name))
    }),
  )
  const found = lists.flat()
  const [first] = found
  if (first === undefined) return ok('Leftovers: none')
  const more = found.length > 1 ? ` and ${found.length - 1} more` : ''
  return note(
    `Leftovers of a killed command, to be deleted at will: ${displayPath(first)}${more}`,
  )
}

function dependenciesIn(text = ''): Record<string, unknown> | undefined {
  const found = parseJson(text)
  return isRecord(found) && isRecord(found['dependencies']) ? found['dependencies'] : undefined
}

function versionIn(text = ''): string | undefined {
  const found = parseJson(text)
  return isRecord(found) && typeof found['version'] === 'string' ? found['version'] : undefined
}
