import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { sha256 } from '../course/text.ts'
import { root } from '../paths.ts'
import { fromPlain, toPlain } from '../proxy/plain-json.ts'
import type { Files } from './diagnosis.ts'
import type { Evidence } from './evidence.ts'
import type { Seen } from './run-goal.ts'

// How each wrong program failed: at which goal, and what was seen until then. A diagnosis is a
// question about what was seen, so `npm test` asks it about the recording, and starts no program.
// `npm test all` runs every program, and writes down what is new.

// Loaded into each program: what it does can change what a program prints.
const preload = join(root, 'workshop', 'process', 'preload.ts')

// A longer recording is not kept: that program is run each time. Characters, before compression.
const maxLength = 400_000

/** What is known of one wrong program. */
interface Entry {
  /** The goal that rejects it. */
  goal: string
  /** Of the program, the suite that was run, and what is loaded into each program. */
  fingerprint: string
  seen?: Recorded
}

/** What was seen, as JSON. `reported` is missing when it is the same. */
type Recorded = { evidence: unknown; reported?: unknown }

/** The recorded failures of the wrong programs of one step. */
export class RecordedFailures {
  private readonly file: string
  private readonly suite: string
  private readonly entries: Record<string, Entry>

  /** @param slug the step's */
  constructor(slug: string) {
    this.file = join(root, 'tests', slug, 'recorded-failures.json.gz')
    const sources = sourcesOf(join(root, 'tests', `${slug}.test.ts`)).values()
    this.suite = [...sources, readFileSync(preload, 'utf8')].join('\n')
    this.entries = existsSync(this.file)
      ? JSON.parse(String(gunzipSync(readFileSync(this.file))))
      : {}
  }

  /** The name of the goal that rejects a program, if it is known. */
  goalOf(program: string): string | undefined {
    return this.entries[program]?.goal
  }

  /** Whether the program and the suite are those that were recorded. */
  isCurrent(program: string, files: Files): boolean {
    return this.entries[program]?.fingerprint === this.fingerprint(files)
  }

  /**
   * What was seen of a program.
   *
   * @param folder where its files lie now
   * @returns nothing when it is not current, or was too long to be kept
   */
  find(program: string, files: Files, folder: string): Seen | undefined {
    const seen = this.entries[program]?.seen
    if (!seen || !this.isCurrent(program, files)) return undefined
    const { evidence, reported } = decode(seen, folder)
    return { evidence, reported: reported ?? evidence }
  }

  /** Keeps what was seen of a program, unless that is known. @param folder where its files lay */
  record(program: string, files: Files, folder: string, seen: Seen): void {
    const { goal } = seen.evidence
    if (this.goalOf(program) === goal && this.isCurrent(program, files)) return
    const { evidence, reported } = encode(seen, folder)
    const same = JSON.stringify(evidence) === JSON.stringify(reported)
    const kept = same ? { evidence } : { evidence, reported }
    const short = JSON.stringify(kept).length <= maxLength
    const fingerprint = this.fingerprint(files)
    this.entries[program] = { goal, fingerprint, ...(short && { seen: kept }) }
  }

  /** Writes what is known. @param programs those there are now */
  save(programs: readonly string[]): void {
    const known = programs.toSorted().filter((program) => this.entries[program])
    const entries = known.map((program) => [program, this.entries[program]])
    writeFileSync(this.file, gzipSync(JSON.stringify(Object.fromEntries(entries))))
  }

  private fingerprint(files: Files): string {
    return fingerprintOf(files, this.suite)
  }
}

/** The same for the same program. @param suite the sources of what judges it */
export function fingerprintOf(files: Files, suite = ''): string {
  const program = JSON.stringify(Object.entries(files).toSorted())
  return sha256(program + suite).slice(0, 16)
}

// A suite and what it imports, without the engine and the diagnoses: file → text.
function sourcesOf(file: string, found = new Map<string, string>()): Map<string, string> {
  if (found.has(file) || /\/workshop\/|\/diagnoses(\/|\.ts)/.test(file.slice(root.length))) {
    return found
  }
  const text = readFileSync(file, 'utf8')
  found.set(file, text)
  for (const [, path = ''] of text.matchAll(/ from '(\.[^']+)'/g)) {
    sourcesOf(join(dirname(file), path), found)
  }
  return found
}

// The places of this machine stand in stack traces.
const places = (folder: string) => [
  ['{root}', JSON.stringify(root).slice(1, -1)] as const,
  ['{program}', basename(folder)] as const,
]

/** What was seen as JSON, without paths of this machine. @param folder of the program */
export function encode(seen: Seen, folder: string): Required<Recorded> {
  const text = JSON.stringify({ evidence: seen.evidence, reported: seen.reported }, withoutApp)
  return JSON.parse(
    places(folder).reduce(
      (result, [placeholder, place]) => result.replaceAll(place, placeholder),
      text,
    ),
  )
}

/** What was seen, as if the program had run in this folder. */
export function decode(
  seen: Recorded,
  folder: string,
): { evidence: Evidence; reported?: Evidence } {
  const text = places(folder).reduce(
    (result, [placeholder, place]) => result.replaceAll(placeholder, place),
    JSON.stringify(seen),
  )
  const { evidence, reported } = JSON.parse(text, fromPlain)
  return { evidence: linked(evidence), ...(reported && { reported: linked(reported) }) }
}

// Its app is one of its apps.
function linked(evidence: Evidence): Evidence {
  return { ...evidence, app: evidence.apps.find(({ name }) => name === evidence.fact.app) }
}

// Its app is one of its apps.
function withoutApp(key: string, value: unknown): unknown {
  return key === 'app' && typeof value === 'object' ? undefined : toPlain(key, value)
}
