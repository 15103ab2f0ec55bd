const HIDDEN = '***'
const SENSITIVE = /^(AUTH|HELLO|CONFIG|ACL|MIGRATE|SENTINEL)/
const SECRET_SETTING = /pass|masterauth/i
const HARMLESS_ACL_RULE =
  /^(on|off|nopass|reset(pass|keys|channels)?|all(keys|channels|commands)|nocommands|clearselectors|(skip-)?sanitize-payload|[~&+\-%(].*)$/is

/** A command without its secrets. */
export interface SafeCommand {
  /** Upper case. */
  name: string
  args: string[]
  /** An argument was hidden; an error that quotes the command would show it again. */
  hid: boolean
}

/**
 * Hides what no recording may hold: the passwords in AUTH, HELLO, CONFIG SET, SENTINEL SET,
 * ACL SETUSER and MIGRATE, those in `redis://` URLs, and `known` wherever it stands. The name
 * of a user stays. Of a malformed command rather too much is hidden than too little.
 *
 * @param words the command as sent, its name first
 * @param known secrets known from elsewhere, such as the password in REDIS_URL
 */
export function redactCommand(words: readonly string[], known: readonly string[]): SafeCommand {
  const [first = '', ...rest] = words
  const upper = first.toUpperCase()
  const sensitive = SENSITIVE.exec(upper)?.[0]
  if (sensitive !== undefined && sensitive !== upper) {
    // "AUTH secret" as one word, or "AUTHsecret".
    return { name: `${sensitive} ${HIDDEN}`, args: rest.map(() => HIDDEN), hid: true }
  }
  const isSecret = rules[upper]?.(rest) ?? (() => false)
  return {
    name: redactKnown(first, known).toUpperCase(),
    args: rest.map((arg, i) => (isSecret(i) ? HIDDEN : redactKnown(arg, known))),
    hid: rest.some((_, i) => isSecret(i)),
  }
}

/** Hides known secrets and the passwords of `redis://` URLs in a text. */
export function redactKnown(text: string, known: readonly string[]): string {
  let safe = text
  for (const secret of known) if (secret !== '') safe = safe.replaceAll(secret, HIDDEN)
  if (!safe.includes('://')) return safe
  return safe.replaceAll(/(rediss?:\/\/[^\s:@/]*:)[^\s@]+@/gi, `$1${HIDDEN}@`)
}

/** Whether a setting's name, as in CONFIG GET's reply, is that of a secret. */
export function isSecretSetting(name: string): boolean {
  return SECRET_SETTING.test(name)
}

/** Told the arguments: which of them, by index, are secret? */
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
  const first = args.findIndex(isSecretSetting)
  if (first === -1) return () => false
  const wellFormed = first >= pairs && (args.length - pairs) % 2 === 0
  if (!wellFormed) return (i) => i > first
  return (i) => i > pairs && (i - pairs) % 2 === 1 && isSecretSetting(args[i - 1] ?? '')
}

// ACL SETUSER ada on >password #hash ~key +get
function isAclSecret(args: readonly string[]): (index: number) => boolean {
  if (!/^setu/i.test(args[0] ?? '')) return (i) => /^[<>#!]/.test(args[i] ?? '')
  return (i) => i > 1 && !HARMLESS_ACL_RULE.test(args[i] ?? '')
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
