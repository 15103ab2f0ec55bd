import {
  type AppEvidence,
  type CommandEvent,
  type Evidence,
  type Fact,
  commands,
  isCommand,
} from '../../../workshop/check/suite.ts'

// What the diagnoses of step 5 ask of the evidence.

/** The status of the response that is not as it should be, if it belongs to these expectations. */
export function wrongStatus({ fact }: Evidence, ...expectations: string[]): number | undefined {
  if (fact.kind !== 'http-wrong') return undefined
  return expectations.includes(fact.expectation ?? '') ? fact.response.status : undefined
}

/** Whether a status is from 200 to 399: it reports no error. */
export function isOk(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 400
}

/** Whether a status reports an error of the client. */
export function isClientError(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500
}

/** Whether a status reports an error of the server. */
export function isServerError(status: number | undefined): boolean {
  return status !== undefined && status >= 500
}

/** GET /me does not know the user although the request carried the cookie of the login. */
export function isLost(evidence: Evidence): boolean {
  return isClientError(wrongStatus(evidence, 'me'))
}

/** The sessions an app stored. Whatever the prefix, express-session puts its cookie into them. */
export function saves(app: AppEvidence) {
  return commands(app).filter(
    ({ name, args }) => name.includes('SET') && args.some((arg) => arg.includes('"cookie"')),
  )
}

/** Whether any app stored a session. */
export function isSaved({ apps }: Evidence): boolean {
  return apps.some((app) => saves(app).length > 0)
}

/** Whether an app stored a session that holds this text. */
export function isSavedWith(app: AppEvidence, text: string): boolean {
  return saves(app).some(({ args }) => args.some((arg) => arg.includes(text)))
}

/** The user of the request that a fact is about. */
export function userOf(fact: Fact): string {
  return fact.client ?? ''
}

/** The end of the keys of these commands, where the session id is, without a prefix. */
export function idsIn(events: readonly { args: readonly string[] }[]): string[] {
  return events.map(({ args }) => (args[0] ?? '').slice(-20))
}

/** Whether an app read a session that was stored, under whatever prefix. */
export function readsStored(app: AppEvidence, { apps }: Evidence): boolean {
  const stored = new Set(idsIn(apps.flatMap((one) => saves(one))))
  return idsIn(commands(app, 'GET')).some((id) => stored.has(id))
}

/** Commands that delete no key, though the name ends like that of a session that was stored. */
export function missedDeletes({ apps }: Evidence): CommandEvent[] {
  const stored = apps.flatMap((app) => saves(app)).map(({ args: [key = ''] }) => key)
  return apps
    .flatMap((app) => deletes(app))
    .filter(({ args: [key = ''], reply }) => {
      const isOther = !stored.includes(key)
      return reply === 0 && isOther && stored.some((one) => one.slice(-20) === key.slice(-20))
    })
}

/**
 * Whether an app deleted a session and then stored it again under the same key.
 *
 * @param when before or after Redis had replied to the first; either when missing
 */
export function isSavedAgain(
  { apps }: Evidence,
  when?: 'before-reply' | 'after-reply',
): boolean {
  return apps.some((app) =>
    deletes(app).some(({ args, seq, replySeq = Infinity }) =>
      saves(app)
        .filter((save) => save.seq > seq && args.includes(save.args[0] ?? ''))
        .some((save) => !when || save.seq < replySeq === (when === 'before-reply')),
    ),
  )
}

/** Whether an app deleted a session in which a user was logged in. */
export function isLoginDeleted({ apps }: Evidence): boolean {
  const stored = apps
    .flatMap((app) => saves(app))
    .filter(({ args }) => args.some((arg) => arg.includes('"user"')))
  const keys = new Set(stored.map(({ args }) => args[0] ?? ''))
  return apps.some((app) => deletes(app).some(({ args }) => args.some((key) => keys.has(key))))
}

/**
 * Whether an app answered GET /me with a session that it had not read from Redis since the request
 * came.
 */
export function isAnsweredUnread({ fact, app, apps }: Evidence): boolean {
  if (fact.kind !== 'http-wrong' || fact.request.sinceSeq === undefined || !app) return false
  const { sinceSeq } = fact.request
  const isStale = ['views', 'second-login', 'copied-cookie', 'logged-out'].includes(
    fact.expectation ?? '',
  )
  const isStored = apps.some((one) => saves(one).length > 0)
  const since = app.wire.filter(({ seq }) => seq > sinceSeq).filter(isCommand)
  return isStale && isOk(fact.response.status) && isStored && !since.some(isRead)
}

// Whatever may bring a session: a script, a command of a module, a transaction.
function isRead({ name, args }: CommandEvent): boolean {
  const writes = /^(SET|SETEX|PSETEX|P?EXPIRE(AT)?|DEL|UNLINK|PUBLISH|PING)$/.test(name)
  return !writes || (name === 'SET' && args.slice(2).some((arg) => /^get$/i.test(arg)))
}

/** The keys an app deleted. */
export function deletes(app: AppEvidence) {
  return commands(app).filter(({ name }) => /^(DEL|UNLINK|GETDEL)$/.test(name))
}
