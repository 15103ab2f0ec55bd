import { UserError } from '../errors.ts'

/** Thrown when what was seen proves nothing about the program. */
export class NotJudgedError extends UserError {
  /** @param reason a sentence, and what to do next */
  constructor(reason: string) {
    super(`could not be judged: ${reason}`)
  }
}

/** How long a machine is left alone before a check that proved nothing is run again; milliseconds. */
export const checkAgainMs = 5_000

/** What a learner reads whose check is run again by itself. */
export function describeAgain({ message }: NotJudgedError): string {
  return `${message}. It is checked again in ${checkAgainMs / 1000} seconds.`
}
