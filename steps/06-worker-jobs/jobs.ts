// What web and worker agree on: which jobs there are and what they take. Both look: one at what
// comes from browsers, the other at what anybody published.

import { fieldsOf, parse } from './fields.ts'

export const MOST = 50_000_000

export interface Job {
  id: string
  input: number
}

/** What is wrong with a job, in words for its user, or undefined. */
export function validateJob(name: unknown, input: unknown): string | undefined {
  if (name !== 'primes') return 'there is no such job'
  if (typeof input === 'number' && Number.isInteger(input) && input >= 2 && input <= MOST)
    return undefined
  return `expected a whole number from 2 to ${MOST}`
}

/** The job in a message published on a channel that names it, or undefined. */
export function readJob(name: string, message: string): Job | undefined {
  const { id, input } = fieldsOf(parse(message))
  if (typeof id !== 'string' || typeof input !== 'number') return undefined
  return validateJob(name, input) ? undefined : { id, input }
}
