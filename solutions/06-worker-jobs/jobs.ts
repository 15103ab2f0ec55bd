// Which jobs exist and what is valid. Both programs validate: web what browsers send, the worker
// what any program may have published.

import { fieldsOf } from './fields.ts'

const MAX_INPUT = 50_000_000

export interface Job {
  id: string
  input: number
}

/** What is wrong with a job, for its user; undefined if it is valid. */
export function validateJob(name: unknown, input: unknown): string | undefined {
  if (name !== 'primes') return 'unknown job'
  if (typeof input === 'number' && Number.isInteger(input) && input >= 2 && input <= MAX_INPUT)
    return undefined
  return `expected a whole number from 2 to ${MAX_INPUT}`
}

/** The job in a message; undefined if it is not a valid job of this name. */
export function readJob(name: string, message: string): Job | undefined {
  const { id, input } = fieldsOfJson(message)
  if (typeof id !== 'string' || typeof input !== 'number') return undefined
  return validateJob(name, input) ? undefined : { id, input }
}

/** The fields of a message that contains a JSON object; none if it does not. */
export function fieldsOfJson(message: string): Record<string, unknown> {
  try {
    return fieldsOf(JSON.parse(message))
  } catch {
    return {}
  }
}
