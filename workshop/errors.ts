/**
 * Something a person can put right. The command line prints its message, one line, without a
 * stack, and leaves with its exit code. Everything else that is thrown is a bug of the
 * workshop: it shows its stack and exits 3.
 */
export class UserError extends Error {
  override readonly name = 'UserError'

  /**
   * @param message one line: what was wrong, what was expected, what to do next
   * @param exitCode 1 "not there yet" (a check did not pass), 2 "something around it is wrong"
   */
  constructor(
    message: string,
    readonly exitCode: 1 | 2 = 2,
  ) {
    super(message)
  }
}

/** The text of anything thrown, for a sentence. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Node's code of a system error (`ENOENT`, `EADDRINUSE`, …), if it has one. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
