import { isUtf8 } from 'node:buffer'
import { readFile, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Step, learnerFiles, writeFileAtomic } from '../course/index.ts'
import { normalizeNewlines, sha256 } from '../course/text.ts'
import { UserError, errorCode } from '../errors.ts'
import type { StepFile } from './protocol.ts'

// The largest file of the course has a tenth of this.
const maxBytes = 60_000

/** The programs of a step as they are on disk: first those that the learner is to edit. */
export async function readStepFiles(step: Step): Promise<StepFile[]> {
  const names = (await learnerFiles(step)).filter((name) => name.endsWith('.ts'))
  const read = await Promise.all(names.map((name) => readStepFile(step, name)))
  const files = read.filter((file) => file !== undefined).map(({ file }) => file)
  return files.toSorted((a, b) => Number(b.edit) - Number(a.edit))
}

let lastSave: Promise<unknown> = Promise.resolve()

/**
 * Saves one file of a step, unless it has changed on disk since the page read it.
 *
 * @param version of the text that the page started from
 * @returns the file as it is on disk now, and whether that is what was to be saved
 * @throws UserError when the step has no such file, or the text is too long
 */
export function saveStepFile(
  step: Step,
  name: string,
  text: string,
  version: string,
): Promise<{ file: StepFile; conflict: boolean }> {
  // Two pages that save at once must not both find the version that they know.
  const saved = lastSave.then(() => compareAndWrite(step, name, text, version))
  lastSave = saved.catch(() => {})
  return saved
}

async function compareAndWrite(step: Step, name: string, text: string, version: string) {
  const known = (await learnerFiles(step)).includes(name) && name.endsWith('.ts')
  const before = known ? await readStepFile(step, name) : undefined
  if (!before) throw new UserError(`There is no ${name} in steps/${step.slug} to be saved`)
  if (Buffer.byteLength(text) > maxBytes)
    throw new UserError(`${name} is longer than ${maxBytes / 1000} kB, and was not saved`)
  if (before.file.version !== version) return { file: before.file, conflict: true }
  const lines = before.hasCrlf ? text.replaceAll('\n', '\r\n') : text
  await writeFileAtomic(join(step.folder, name), lines)
  return { file: { ...before.file, text, version: versionOf(text) }, conflict: false }
}

interface ReadFile {
  file: StepFile
  hasCrlf: boolean
}

// Links are left out: they may lead out of the step. What is no text, or a very long one, as well.
async function readStepFile(step: Step, name: string): Promise<ReadFile | undefined> {
  const path = join(step.folder, name)
  try {
    const [real, folder] = await Promise.all([realpath(path), realpath(step.folder)])
    if (real !== join(folder, name)) return undefined
    const facts = await stat(real)
    if (!facts.isFile() || facts.size > maxBytes) return undefined
    const bytes = await readFile(real)
    if (!isUtf8(bytes)) return undefined
    const text = normalizeNewlines(bytes.toString())
    const edit = step.todoFiles.includes(name)
    const file = { name, text, version: versionOf(text), edit, uri: pathToFileURL(path).href }
    return { file, hasCrlf: bytes.includes('\r\n') }
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errorCode(error) ?? '')) return undefined
    throw error
  }
}

function versionOf(text: string): string {
  return sha256(text).slice(0, 16)
}
