import { mkdir, readFile, rm } from 'node:fs/promises'
import { get } from 'node:http'
import { join } from 'node:path'
import {
  type Step,
  currentStep,
  learnerFiles,
  readProgress,
  readText,
  writeFileAtomic,
} from '../course/index.ts'
import { isRecord, parseJson } from '../course/text.ts'
import { UserError, errorCode } from '../errors.ts'
import { dataPath } from '../paths.ts'
import { instancePrefix, messageLimits } from './protocol.ts'
import { deriveRedisPassword, seal, startKeyAgreement } from './seal.ts'
import {
  type CheckedGoals,
  type KeptReport,
  firstReport,
  nextReport,
  withAges,
} from './learner-report.ts'

/** The classroom that this machine has joined. */
export interface Membership {
  url: string
  id: string
  /** How the learner is called on the board. */
  name: string
  secret: string
  /** Where the Redis of the room is, on the same host. */
  redisPort: number
}

type Outcome = 'received' | 'removed' | 'lost'

/** What is printed in gray. */
const notes = {
  received: undefined,
  removed: 'The classroom does not know you any more. Join again, or type: npm run leave',
  lost: 'The classroom does not answer. Your result is kept, and sent when it does.',
  unwritten:
    'Your result is not on the board of the classroom: .workshop/classroom cannot be written.',
}

const refusals: Record<number, string> = {
  400: 'This name cannot be shown. Type one behind the code: npm run join URL CODE Ada',
  401: 'The code is wrong. It is on the projector, in the same line as the address',
  429: 'Too many wrong codes came from your address. Wait a minute, then try again',
  503: 'The classroom has no more room for your address',
}

const reportMs = 1000
const joinMs = 10_000
const retryMs = 5000

const home = dataPath('classroom')
const joinedFile = 'joined.json'
const reportFile = 'report.json'

/** The classroom that this machine has joined; undefined when it has joined none. */
export async function readMembership(folder = home): Promise<Membership | undefined> {
  const kept = await readJson(join(folder, joinedFile))
  return isMembership(kept) ? kept : undefined
}

function isMembership(value: unknown): value is Membership {
  if (!isRecord(value) || typeof value['redisPort'] !== 'number') return false
  return ['url', 'id', 'name', 'secret'].every((field) => typeof value[field] === 'string')
}

/**
 * Joins a classroom, instead of the one that was joined before.
 *
 * @param url `http://10.0.0.5:4400`
 * @throws UserError when it refuses, or does not answer
 */
export async function joinClassroom(
  url: string,
  code: string,
  wantedName: string,
  folder = home,
): Promise<Membership> {
  const keys = startKeyAgreement()
  const { publicKey } = keys
  const answer = await askToJoin(url, { code, name: wantedName, publicKey })
  const { publicKey: theirs, ...given } = isRecord(answer) ? answer : {}
  const secret = typeof theirs === 'string' ? keys.deriveSecret(theirs) : undefined
  const membership = { ...given, url, secret }
  if (!isMembership(membership))
    throw new UserError(`No classroom of this workshop is at ${url}`)
  await leaveClassroom(folder)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFileAtomic(join(folder, joinedFile), JSON.stringify(membership))
  const { slug } = await currentStep()
  await keepReport(folder, firstReport(slug, await countPassed(), Date.now()))
  await sendReport(folder)
  return membership
}

async function askToJoin(url: string, request: Record<string, string>): Promise<unknown> {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
    signal: AbortSignal.timeout(joinMs),
  }
  const response = await fetch(`${url}/join`, init).catch((error: Error) => {
    const reason = errorCode(error.cause) ?? error.name
    throw new UserError(
      `${url} does not answer (${reason}). CLASSROOM.md has the usual reasons`,
    )
  })
  if (response.ok) return parseJson(await response.text())
  const refusal = refusals[response.status]
  throw new UserError(refusal ?? `No classroom of this workshop is at ${url}`)
}

/** Leaves the classroom. @returns how it went; undefined when none was joined */
export async function leaveClassroom(folder = home): Promise<Outcome | undefined> {
  const membership = await readMembership(folder)
  if (!membership) return undefined
  const outcome = await send(membership, 'leave', {}, joinMs)
  for (const name of [joinedFile, reportFile]) await rm(join(folder, name), { force: true })
  return outcome
}

/**
 * Shows the instructor the code of a step as it is now.
 *
 * @throws UserError when it cannot be shown
 */
export async function showCode(step: Step, folder = home): Promise<void> {
  const membership = await readMembership(folder)
  if (!membership) throw new UserError('You have not joined a classroom. See: npm run join')
  const names = await learnerFiles(step)
  const texts = names.map(
    async (name) => [name, (await readText(join(step.folder, name))) ?? ''] as const,
  )
  const files = Object.fromEntries(await Promise.all(texts))
  if (JSON.stringify(files).length > messageLimits.code / 4)
    throw new UserError(
      `steps/${step.slug} holds more than can be shown. Move large files elsewhere`,
    )
  const outcome = await send(membership, 'code', { step: step.slug, files }, joinMs)
  if (outcome === 'removed') throw new UserError(notes.removed)
  if (outcome === 'lost') throw new UserError('The classroom does not answer. Try again')
}

/**
 * The Redis of the room, for the instances of this learner.
 *
 * @throws UserError when no classroom was joined
 */
export async function findSharedRedis(
  folder = home,
): Promise<{ url: string; namePrefix: string }> {
  const membership = await readMembership(folder)
  if (!membership) throw new UserError('You have not joined a classroom. See: npm run join')
  const { url, id, name, secret, redisPort } = membership
  const { hostname } = new URL(url)
  const password = deriveRedisPassword(secret)
  return {
    url: `redis://${encodeURIComponent(id)}:${password}@${hostname}:${redisPort}`,
    namePrefix: instancePrefix(name),
  }
}

/**
 * Begins to report a check, while it runs: then it is known at its end whether the board answers,
 * and no check waits for one that does not. What could not be sent is sent later.
 *
 * @returns a function that takes the result, never rejects, and returns what to print in gray
 */
export function startReport(folder = home) {
  let answers = false
  const joined = readMembership(folder).then((membership) => {
    if (membership) askWhetherThere(membership.url, () => (answers = true))
    return membership
  })
  return async (result: CheckedGoals): Promise<string | undefined> => {
    try {
      if (!(await joined)) return undefined
      const before = await readReport(folder)
      await keepReport(folder, nextReport(before, result, await countPassed(), Date.now()))
      const outcome = answers ? await sendReport(folder) : 'lost'
      if (outcome === 'lost') retryLater(folder)
      return notes[outcome]
    } catch {
      return notes.unwritten // That is no reason to fail a check.
    }
  }
}

// The process does not wait for the answer when it has nothing else to do.
function askWhetherThere(url: string, onAnswer: () => void): void {
  const request = get(`${url}/hello`, { timeout: joinMs }, (response) => {
    response.resume()
    onAnswer()
  })
  request.on('socket', (socket) => socket.unref())
  request.on('timeout', () => request.destroy())
  request.on('error', () => {}) // Then it does not answer.
}

let retry: NodeJS.Timeout | undefined

// For `npm run watch` and the guide. A command that ends leaves it to the next one.
function retryLater(folder: string): void {
  clearTimeout(retry)
  retry = setTimeout(async () => {
    if ((await sendReport(folder)) === 'lost') retryLater(folder)
  }, retryMs).unref()
}

async function sendReport(folder: string): Promise<Outcome> {
  const [membership, report] = await Promise.all([readMembership(folder), readReport(folder)])
  if (!membership || !report) return 'received'
  return send(membership, 'report', { ...withAges(report, Date.now()) }, reportMs)
}

/** @param seq the message's number; by default the time, which grows also in another process */
async function send(
  membership: Membership,
  purpose: 'report' | 'code' | 'leave',
  value: Record<string, unknown>,
  ms: number,
  seq?: number,
): Promise<Outcome> {
  const { url, id, secret } = membership
  const body = seal(secret, purpose, { ...value, seq: seq ?? Date.now() })
  const init = { method: 'POST', body, signal: AbortSignal.timeout(ms) }
  try {
    const response = await fetch(`${url}/${purpose}/${id}`, init)
    if (response.status === 409 && seq === undefined) {
      // Another message was faster, or the clock of this machine was set back.
      const answer: unknown = await response.json()
      const last = isRecord(answer) ? answer['seq'] : undefined
      return typeof last === 'number'
        ? await send(membership, purpose, value, ms, last + 1)
        : 'lost'
    }
    return response.ok ? 'received' : response.status === 401 ? 'removed' : 'lost'
  } catch {
    return 'lost'
  }
}

async function countPassed(): Promise<number> {
  return Object.keys((await readProgress()).passed).length
}

async function readReport(folder: string): Promise<KeptReport | undefined> {
  const kept = await readJson(join(folder, reportFile))
  return isReport(kept) ? kept : undefined
}

function keepReport(folder: string, report: KeptReport): Promise<void> {
  return writeFileAtomic(join(folder, reportFile), JSON.stringify(report))
}

// Only this file writes it.
function isReport(value: unknown): value is KeptReport {
  return isRecord(value) && typeof value['step'] === 'string'
}

async function readJson(file: string): Promise<unknown> {
  return parseJson(await readFile(file, 'utf8').catch(() => ''))
}
