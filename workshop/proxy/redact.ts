import { parseInlineCommand } from './command-decoder.ts'
import { RespError, type RespValue } from './events.ts'

const HIDDEN = '***'
const SENSITIVE = /^\s*(AUTH|HELLO|CONFIG|ACL|MIGRATE|SENTINEL)/i
const SECRET_SETTING = /pass|masterauth/i
const CUT = /… \(cut: \d+ bytes\)$/
const HARMLESS_ACL_WORD =
  /^(on|off|nopass|reset(pass|keys|channels)?|all(keys|channels|commands)|nocommands|clearselectors|(skip-)?sanitize-payload|[+-]@?[\w|.-]+|[~&][^<>#!].*|%[rw]+~[^<>#!].*)$/is

/** A command without its secrets. */
export interface RedactedCommand {
  /** Upper case. */
  name: string
  args: string[]
  /** An argument was hidden; an error that quotes the command would show it again. */
  redacted: boolean
}

/**
 * Hides what no recording may hold: the passwords in AUTH, HELLO, CONFIG SET, SENTINEL SET,
 * ACL SETUSER and MIGRATE, also inside commands that name other commands, those in `redis://`
 * URLs, and `secrets` everywhere. The name of a user stays. Of a malformed command too much is
 * hidden rather than too little.
 *
 * @param secrets known from elsewhere, such as the password in REDIS_URL
 */
export function redactCommand(
  name: string,
  args: string[],
  secrets: readonly string[],
): RedactedCommand {
  const upper = name.toUpperCase()
  const sensitive = SENSITIVE.exec(upper)?.[1]
  if (sensitive !== undefined && sensitive !== upper) {
    // "AUTH secret" as one word, or "AUTHsecret".
    return { name: `${sensitive} ${HIDDEN}`, args: args.map(() => HIDDEN), redacted: true }
  }
  const inner = innerCommand(upper, args)
  if (inner > 0) {
    const [first = '', ...rest] = args.slice(inner)
    const named = redactCommand(first, rest, secrets)
    const before = args.slice(0, inner).map((arg) => redactText(arg, secrets))
    return {
      name: upper,
      args: [
        ...before,
        named.redacted ? named.name : redactText(first, secrets),
        ...named.args,
      ],
      redacted: named.redacted,
    }
  }
  if (sensitive === undefined && secrets.length === 0 && !args.some(mayHoldUrl)) {
    return { name: upper, args, redacted: false }
  }
  const isSecret = sensitive === undefined ? undefined : rules[sensitive]?.(args)
  return {
    name: redactText(
      upper,
      secrets.map((secret) => secret.toUpperCase()),
    ),
    args: args.map((arg, i) => (isSecret?.(i) ? HIDDEN : redactText(arg, secrets))),
    redacted: isSecret !== undefined && args.some((_, i) => isSecret(i)),
  }
}

function mayHoldUrl(text: string): boolean {
  return text.includes('://')
}

/** Hides secrets and the passwords of `redis://` URLs in a text. */
export function redactText(text: string, secrets: readonly string[]): string {
  let safe = text
  for (const secret of secrets) {
    if (secret !== '' && safe.includes(secret)) safe = safe.replaceAll(secret, HIDDEN)
  }
  if (safe.length > 2 ** 16 - 4 && CUT.test(safe)) safe = redactCutEnd(safe, secrets)
  if (!mayHoldUrl(safe)) return safe
  // Up to the last @: a password may hold one, and a space, and a user name a slash.
  return safe.replaceAll(
    /((?:redis|valkey)s?:\/\/)((?:(?!(?:redis|valkey)s?:\/\/)[^"'<>\n])*)@/gi,
    (_, scheme: string, user: string) =>
      user.includes(':')
        ? `${scheme}${user.slice(0, user.indexOf(':'))}:${HIDDEN}@`
        : `${scheme}${user}@`,
  )
}

// The end of a text that was cut can be the beginning of a secret.
function redactCutEnd(text: string, secrets: readonly string[]): string {
  const mark = CUT.exec(text)?.[0] ?? ''
  const kept = text.slice(0, text.length - mark.length)
  const longest = Math.max(0, ...secrets.map((secret) => secret.length))
  const url = /(?:redis|valkey)s?:\/\/[^"'<>\n@]*$/i.exec(kept.slice(-1000))
  return kept.slice(0, kept.length - Math.max(longest, url?.[0].length ?? 0)) + mark
}

/**
 * A line of MONITOR without secrets: `1700000000.1 [0 127.0.0.1:5000] "AUTH" "ada" "***"`. Redis
 * itself hides the passwords of well-formed commands.
 */
export function redactMonitorLine(line: string, secrets: readonly string[]): string {
  const [, start = '', rest = ''] = /^([\d.]+ \[[^\]]*\] )(.*)$/s.exec(line) ?? []
  const quoted = Buffer.from(rest.replace(CUT, '')).toString('latin1')
  let words: string[]
  try {
    words = parseInlineCommand(quoted)
  } catch {
    // Cut in the middle of a word: the words before it show whether it can be secret.
    words = quoted.split(/"? "?/).map((word) => word.replace(/^"/, ''))
  }
  const [name = '', ...args] = words
  const command = redactCommand(name, args, secrets)
  if (!command.redacted) return redactText(line, secrets)
  return start + [command.name, ...command.args].map((word) => JSON.stringify(word)).join(' ')
}

/**
 * A reply without secrets: Redis quotes the offending argument in some errors, returns passwords
 * to CONFIG GET, hashes to ACL, and old commands to SLOWLOG.
 *
 * @param redacted whether a secret of the command was hidden
 */
export function redactReply(
  { name, args }: { name: string; args: readonly string[] },
  redacted: boolean,
  reply: RespValue,
  secrets: readonly string[],
): RespValue {
  if (reply === null || typeof reply === 'number') return reply
  const hide = (text: string) => redactText(text, secrets)
  if (typeof reply === 'string' && name !== 'ACL') return hide(reply)
  if (reply instanceof RespError) {
    const { message } = reply
    return new RespError(hide(redacted ? message.replace(/'.*'/s, "'***'") : message))
  }
  if (name === 'CONFIG') return mapStrings(redactSettings(reply), hide)
  if (name === 'SLOWLOG') return mapStrings(redactLog(reply, secrets), hide)
  if (name !== 'ACL') return mapStrings(reply, hide)
  const isGenerated = args[0]?.toUpperCase() === 'GENPASS'
  return mapStrings(reply, (text) => (isGenerated ? HIDDEN : hide(maskHashes(text))))
}

// How many words stand before a command that is an argument of another, or 0.
function innerCommand(name: string, args: readonly string[]): number {
  if (name === 'ACL' && isWord(args[0], 'dryrun') && args.length > 2) return 2
  const isKeys = name === 'COMMAND' && /^getkeys(andflags)?$/i.test(args[0] ?? '')
  return isKeys && args.length > 1 ? 1 : 0
}

/** Which of these arguments, by index, are secret? */
type Rule = (args: readonly string[]) => (index: number) => boolean

const rules: Record<string, Rule> = {
  AUTH: (args) => (i) => args.length !== 2 || i === 1,
  HELLO: isHelloSecret,
  CONFIG: (args) => isSettingSecret(args, 1),
  SENTINEL: (args) => isSettingSecret(args, 2),
  ACL: isAclSecret,
  MIGRATE: isMigrateSecret,
}

// HELLO 3 AUTH user password SETNAME name
function isHelloSecret(args: readonly string[]): (index: number) => boolean {
  const wellFormed = /^\d+(\0auth\0[^\0]*\0[^\0]*|\0setname\0[^\0]*)*$/i.test(args.join('\0'))
  if (!wellFormed) return (i) => !/^(\d|auth|setname)$/i.test(args[i] ?? '')
  return (i) => i >= 3 && i % 2 === 1 && isWord(args[i - 2], 'auth')
}

// CONFIG SET name value name value; in SENTINEL SET master name value the pairs begin later.
function isSettingSecret(args: readonly string[], pairs: number): (index: number) => boolean {
  if (isWord(args[0], 'get')) return () => false
  const first = args.findIndex((arg) => SECRET_SETTING.test(arg))
  if (first === -1) return () => false
  const wellFormed = first >= pairs && (args.length - pairs) % 2 === 0
  if (!wellFormed) return (i) => i > first
  return (i) => i > pairs && (i - pairs) % 2 === 1 && SECRET_SETTING.test(args[i - 1] ?? '')
}

// ACL SETUSER ada on >password #hash ~key +get (+set ~other)
function isAclSecret(args: readonly string[]): (index: number) => boolean {
  if (!/^setu/i.test(args[0] ?? '')) return (i) => /^\(*[<>#!]/.test(args[i] ?? '')
  return (i) => i > 1 && !isHarmlessRule(args[i] ?? '')
}

// A selector in parentheses can be one argument or several.
function isHarmlessRule(rule: string): boolean {
  const words = rule.replace(/^\(/, '').replace(/\)$/, '').split(/\s+/)
  return words.every((word) => word === '' || HARMLESS_ACL_WORD.test(word))
}

// MIGRATE host port key db timeout [COPY] [REPLACE] [AUTH password | AUTH2 user password] …
function isMigrateSecret(args: readonly string[]): (index: number) => boolean {
  return (i) =>
    isWord(args[i - 1], 'auth') ||
    isWord(args[i - 2], 'auth2') ||
    (isWord(args[i - 1], 'auth2') && i === args.length - 1)
}

function isWord(arg: string | undefined, word: string): boolean {
  return arg?.toLowerCase() === word
}

function mapStrings(value: RespValue, change: (text: string) => string): RespValue {
  if (typeof value === 'string') return change(value)
  if (value instanceof RespError) return new RespError(change(value.message))
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change))
  if (!(value instanceof Map)) return value
  return new Map(
    [...value].map(([key, item]) => [mapStrings(key, change), mapStrings(item, change)]),
  )
}

// CONFIG GET returns a map, in RESP2 a list of names and values in turn.
function redactSettings(reply: RespValue): RespValue {
  if (reply instanceof Map) {
    return new Map([...reply].map(([name, value]) => [name, redactSetting(name, value)]))
  }
  if (!Array.isArray(reply)) return reply
  return reply.map((item, i) =>
    i % 2 === 1 ? redactSetting(reply[i - 1] ?? null, item) : item,
  )
}

function redactSetting(name: RespValue, value: RespValue): RespValue {
  return typeof name === 'string' && SECRET_SETTING.test(name) ? HIDDEN : value
}

// An entry of SLOWLOG GET holds the words of a command.
function redactLog(reply: RespValue, secrets: readonly string[]): RespValue {
  if (!Array.isArray(reply)) return reply
  const [name, ...args] = reply
  if (typeof name !== 'string') return reply.map((item) => redactLog(item, secrets))
  const words = args.map((arg) => (typeof arg === 'string' ? arg : ''))
  const command = redactCommand(name, words, secrets)
  return command.redacted ? [command.name, ...command.args] : reply
}

function maskHashes(text: string): string {
  return text.replaceAll(/[0-9a-f]{16,}/gi, HIDDEN)
}
