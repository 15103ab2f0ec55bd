import type { Mistake } from '../support/index.ts'

/** What the untouched starter gets wrong. */
export const starter = 's8-local-emit-only'

/** Known wrong answers of this step, the most telling first. */
export const mistakes: Mistake[] = []
