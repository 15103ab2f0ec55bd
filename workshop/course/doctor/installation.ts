import { readFile, readdir, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { transform } from 'esbuild'
import { errorMessage } from '../../errors.ts'
import { filesIn, readText, displayPath, writeFileAtomic } from '../files.ts'
import { readStarters } from '../starters.ts'
import { pluralize, isRecord } from '../text.ts'
import { type DoctorResult, note, ok, problem } from './finding.ts'

const megabyte = 1024 * 1024

/** Whether the packages are installed in the versions package.json asks for. */
export async function checkPackages(root: string): Promise<DoctorResult> {
  const wanted = dependenciesIn(await readText(join(root, 'package.json')))
  if (!wanted) return problem('package.json is missing or damaged', 'Get the workshop again')
  const wrong: string[] = []
  for (const [name, version] of Object.entries(wanted)) {
    const found = versionIn(await readText(join(root, 'node_modules', name, 'package.json')))
    if (found !== version)
      wrong.push(`${name} is ${found ?? 'missing'}, not ${String(version)}`)
  }
  if (wrong.length === 0) return ok(`Packages: all ${Object.keys(wanted).length} as asked for`)
  const more = wrong.length > 1 ? ` (and ${wrong.length - 1} more)` : ''
  return problem(`Packages: ${wrong[0]}${more}`, 'Run: npm install')
}

/** Whether the compiler that runs every TypeScript file here works. */
export async function checkEsbuild(): Promise<DoctorResult> {
  try {
    await transform('const one: number = 1', { loader: 'ts' })
    return ok('esbuild: compiles TypeScript')
  } catch (error) {
    const advice = 'Delete node_modules and run: npm install (on this system, not on another)'
    return problem(`esbuild does not run: ${errorMessage(error).split('\n')[0]}`, advice)
  }
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
  const found = parsed(text)
  return isRecord(found) && isRecord(found['dependencies']) ? found['dependencies'] : undefined
}

function versionIn(text = ''): string | undefined {
  const found = parsed(text)
  return isRecord(found) && typeof found['version'] === 'string' ? found['version'] : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
