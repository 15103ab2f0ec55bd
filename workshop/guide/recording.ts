import { join } from 'node:path'
import { root } from '../paths.ts'
import { readText } from '../course/index.ts'
import { isRecord, parseJson } from '../course/text.ts'
import type { TraceEvent } from './trace.ts'
import { fromPlain, toPlain } from '../proxy/plain-json.ts'
import type { Recording } from './recorded.ts'

// What `npm run record` writes: how the programs of a step fare in the same scene. Only times differ
// from one recording to the next.

/** Another one is not read. */
const version = 1
/** Bytes of a file. */
export const mostBytes = 30_000

/** Where the recording of a step lies. */
export function recordingFile(slug: string, folder = root): string {
  return join(folder, 'workshop', 'site', 'recordings', `${slug}.json`)
}

/** A recording as the text of its file: one event a line. */
export function formatRecording(recording: Recording): string {
  const programs = recording.programs.map(({ trace, ...program }) => {
    const events = trace.events.map((event) => `    ${JSON.stringify(event, toPlain)}`)
    const { instances, before } = trace
    const head = JSON.stringify({ instances, before }).slice(0, -1)
    const rest = JSON.stringify(program).slice(0, -1)
    return `${rest},\n  "trace":${head},"events":[\n${events.join(',\n')}\n  ]}}`
  })
  return `{"version":${version},"programs":[\n${programs.join(',\n')}\n]}\n`
}

/** The recording of a step; undefined when there is none. @throws Error with what is wrong with it */
export async function readRecording(slug: string): Promise<Recording | undefined> {
  const text = await readText(recordingFile(slug))
  return text === undefined ? undefined : parseRecording(text)
}

/** Reads a recording. @throws Error with what is wrong with it */
export function parseRecording(text: string): Recording {
  const problem = problemOf(text)
  if (problem) throw new Error(problem)
  return JSON.parse(text, fromPlain)
}

/** The same text, but for times: what is recorded twice gives it twice. */
export function withoutTimes(text: string): string {
  return text.replaceAll(/"at":\d+/g, '"at":0').replaceAll(/\b\d+ ms\b/g, '0 ms')
}

// Nothing of the machine that recorded it: folders, ports, processes, passwords, ids.
const ofOneMachine = [
  /(?:\/(?:home|root|tmp|usr|work|Users|private)\/)/,
  /(?:127\.0\.0\.1|localhost):(?!6379\b|3000\b)\d+/,
  /\bpid \d+/,
  /[0-9a-f]{8}-[0-9a-f]{4}-/,
  /eyJ[\w-]{10}/,
  /\w+:\/\/[^\s"@/]*:[^\s"@/*]+@/,
]

function problemOf(text: string): string | undefined {
  if (text.length > mostBytes) return `has ${text.length} bytes, more than ${mostBytes}`
  const found = ofOneMachine.map((pattern) => pattern.exec(text)?.[0]).find(Boolean)
  if (found) return `holds ${found}, which belongs to one machine`
  const read = parseJson(text)
  if (!isRecord(read) || read['version'] !== version) return `is not of version ${version}`
  const programs = read['programs']
  if (!Array.isArray(programs) || programs.length === 0) return 'has no programs'
  return programs.map(problemOfProgram).find(Boolean)
}

function problemOfProgram(one: unknown): string | undefined {
  if (!isRecord(one)) return 'has a program that is no object'
  const { title, program, fingerprint, trace, failure } = one
  if (![title, program, fingerprint].every((field) => typeof field === 'string'))
    return 'has a program without title, program or fingerprint'
  const isReported = isRecord(failure)
    ? ['expected', 'received', 'likely', 'lookAt'].every(
        (key) => typeof failure[key] === 'string',
      )
    : failure === undefined
  if (!isReported || (program === 'solution') !== (failure === undefined))
    return `does not have what the check reports of "${title}"`
  if (
    !isRecord(trace) ||
    !isTexts(trace['instances']) ||
    !Array.isArray(trace['events']) ||
    typeof trace['before'] !== 'number'
  )
    return `has no trace of "${title}"`
  const wrong = trace['events'].find((event) => !isEvent(event))
  return wrong && `has an event that does not fit, of "${title}": ${JSON.stringify(wrong)}`
}

const isText = (value: unknown) => typeof value === 'string'
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText)

// For each kind of event whether its fields are what they should be.
const fits: Record<TraceEvent['kind'], (event: Record<string, unknown>) => boolean> = {
  open: isOnWire,
  close: isOnWire,
  push: (event) => isOnWire(event) && isText(event['name']) && isTexts(event['args']),
  command: (event) => isOnWire(event) && isText(event['name']) && isTexts(event['args']),
  line: ({ text, from }) => isText(text) && /^(out|err|remark)$/.test(String(from)),
  exit: ({ code, signal }) => code !== undefined && signal !== undefined,
}

function isEvent(event: unknown): boolean {
  if (!isRecord(event) || !isText(event['instance'])) return false
  const fit = Object.entries(fits).find(([kind]) => kind === event['kind'])?.[1]
  return fit?.(event) === true
}

function isOnWire({ at, connection }: Record<string, unknown>): boolean {
  return typeof at === 'number' && typeof connection === 'number'
}

const longestText = 300

/**
 * Takes from a trace what belongs to one machine or one run. The same id gets the same name
 * everywhere.
 *
 * @param places what stands for what: a folder, a port, a password
 */
export function anonymizer(places: readonly (readonly [string, string])[]) {
  const ids = new Map<string, string>()
  const name = (id: string) => {
    const known = ids.get(id) ?? `id-${ids.size + 1}`
    ids.set(id, known)
    return known
  }
  const clean = (text: string) =>
    places
      .reduce((result, [from, to]) => result.replaceAll(from, to), text)
      .replaceAll(/[\da-f]{8}-[\da-f]{4}-[\da-f-]{22}/g, name)
      .replaceAll(/eyJ[\w-]+\.[\w-]+\.[\w-]*/g, name)
      .replaceAll(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'a time')
      .replaceAll(/(?<!\d)\d{13}(?!\d)/g, '1700000000000')
      .replaceAll(/(?<=(?:127\.0\.0\.1|localhost):)(?!3000\b)\d+/g, '6379')
      .replaceAll(/(?<=\bpid )\d+/g, '1')
      .replaceAll(/(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[a-zA-Z])[\w-]{20,}(?![\w-])/g, name)
  return <T>(value: T): T =>
    JSON.parse(JSON.stringify(value, toPlain), (key, one: unknown) =>
      typeof one === 'string' ? shortened(clean(one)) : fromPlain(key, one),
    )
}

function shortened(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text
}
