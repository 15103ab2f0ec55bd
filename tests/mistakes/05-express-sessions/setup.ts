import type { Mistake } from '../../support/index.ts'

export const setup: Mistake[] = []
