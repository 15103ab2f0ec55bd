import { UserError } from '../errors.ts'

/** What `npm run step 4 2 wire` asks for. */
export interface RunArgs {
  /** As typed; undefined when nothing was. */
  step: string | undefined
  /** How many instances, 1 to 9. */
  instances: number
  /** How many of each further program, 1 to 9; undefined when nothing was typed. */
  workers: number | undefined
  /** Show the wire from the start. */
  wire: boolean
}

/**
 * Reads the words behind `npm run step` or `npm run solution`.
 *
 * @throws UserError for a word that is not understood
 */
export function parseRunArgs(command: 'step' | 'solution', words: string[]): RunArgs {
  const [step, ...rest] = words
  const wanted: RunArgs = { step, instances: 1, workers: undefined, wire: false }
  if (isNumber(rest[0])) wanted.instances = Number(rest.shift())
  if (isNumber(rest[0])) wanted.workers = Number(rest.shift())
  if (rest[0] === 'wire') wanted.wire = rest.shift() === 'wire'
  const [strange] = rest
  if (strange === undefined) return wanted
  const example = `npm run ${command} ${step} [instances] [workers] [wire]`
  throw new UserError(
    `"${strange}" is not understood there. It is: ${example}; both are numbers from 1 to 9`,
  )
}

function isNumber(word: string | undefined): boolean {
  return /^[1-9]$/.test(word ?? '')
}
