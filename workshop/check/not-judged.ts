import { UserError } from '../errors.ts'

/** Thrown when what was seen proves nothing about the program. */
export class NotJudgedError extends UserError {
  /** @param reason a sentence, and what to do next */
  constructor(reason: string) {
    super(`could not be judged: ${reason}`)
  }
}
