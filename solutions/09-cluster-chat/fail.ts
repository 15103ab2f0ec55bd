// Failures in one plain line instead of a stack trace: whoever reads the log at night wants the
// cause. Left out: rarer error codes, which are shown as they come.

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'refused the connection: nothing listens there',
  ECONNRESET: 'closed the connection',
  ENOTFOUND: 'was not found: no host has that name',
  EAI_AGAIN: 'was not found: the name server does not answer',
  ETIMEDOUT: 'did not answer in time',
  ABORT_ERR: 'did not answer in time',
  WRONGPASS: 'does not accept this username and password: wrong password?',
  NOAUTH: 'asks for a password, and the URL has none',
}

/** Why Redis could not be reached, as the end of the sentence "Redis at HOST:PORT ...". */
export function reason(error: unknown): string {
  const code = codeOf(error)
  if (/CERT|VERIFY|HOSTNAME/.test(code))
    return `shows a certificate nobody vouches for: ${code}`
  if (/SSL|EPROTO/.test(code)) return `does not speak TLS: ${code}`
  // "ERR unknown command 'AUTH', with args beginning with: ..." would repeat the password.
  return REASONS[code] ?? `failed: ${messageOf(error).replace(/, with args.*/, '')}`
}

/** Ends the program with exit code 1 and one line that says why. */
export function fail(error: unknown): never {
  console.error(messageOf(error))
  process.exit(1)
}

// For localhost Node tries ::1 and 127.0.0.1: that error has a code, but an empty message.
function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code)
  return messageOf(error).split(' ', 1)[0] ?? ''
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
