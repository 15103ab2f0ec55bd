// Prints failures as one plain line instead of a stack trace: the person who reads the log wants
// the cause. Left out: rarer error codes, which are printed as they are.

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'refused the connection: no server listens there',
  ECONNRESET: 'closed the connection',
  ENOTFOUND: 'was not found: no host has that name',
  EAI_AGAIN: 'was not found: the name server does not answer',
  ETIMEDOUT: 'did not answer in time',
  ABORT_ERR: 'did not answer in time',
  WRONGPASS: 'rejected the username and password',
  NOAUTH: 'requires a password before any other command',
}

/** Why Redis could not be reached, as the end of the sentence "Redis at HOST:PORT ...". */
export function describeError(error: unknown): string {
  const code = codeOf(error)
  if (/(^|_)CERT(_|$)|LEAF_SIGNATURE|HOSTNAME_MISMATCH/.test(code))
    return `has a certificate that this machine does not trust: ${code}`
  if (/_SSL_|EPROTO/.test(code)) return `does not use TLS: ${code}`
  // "ERR unknown command 'AUTH', with args beginning with: ..." would repeat the password.
  const message = messageOf(error).replace(/, with args.*/, '')
  return REASONS[code] ?? `failed: ${message || code || 'unknown error'}`
}

/** Ends the program with exit code 1 and one line that names the cause. */
export function exitWithError(error: unknown): never {
  console.error(messageOf(error))
  process.exit(1)
}

// For localhost Node.js tries ::1 and 127.0.0.1: that error has a code, but an empty message.
function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code)
  return messageOf(error).split(' ', 1)[0] ?? ''
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
