import type { RightAnswers } from '../support/index.ts'

/** Right answers that look different from the solution. */
export const rightAnswers: RightAnswers = {}
