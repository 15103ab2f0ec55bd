import type { Mistake } from '../support/index.ts'

/** What the untouched starter gets wrong. */
export const starter = 'throws'

/** Known wrong answers of this step, the most telling first. */
export const mistakes: Mistake[] = []
