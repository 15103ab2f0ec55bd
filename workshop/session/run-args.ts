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
  /** Start every instance with an inspector, for breakpoints. */
  debug: boolean
  /** Run against the Redis of the classroom. */
  inClass: boolean
}

/**
 * Reads the words behind `npm run step` or `npm run solution`.
 *
 * @throws UserError for a word that is not understood
 */
export function parseRunArgs(command: 'step' | 'solution', words: string[]): RunArgs {
  const [step, ...rest] = words
  const args: RunArgs = {
    step,
    instances: 1,
    workers: undefined,
    wire: false,
    debug: false,
    inClass: false,
  }
  if (isNumber(rest[0])) args.instances = Number(rest.shift())
  if (isNumber(rest[0])) args.workers = Number(rest.shift())
  for (const word of rest) {
    if (word === 'wire' && !args.wire) args.wire = true
    else if (word === 'debug' && !args.debug) args.debug = true
    else if (word === 'class' && !args.inClass && command === 'step') args.inClass = true
    else {
      const example = `npm run ${command} ${step} [instances] [workers] [wire] [debug]${command === 'step' ? ' [class]' : ''}`
      throw new UserError(
        `"${word}" is not understood there. It is: ${example}; both are numbers from 1 to 9`,
      )
    }
  }
  return args
}

function isNumber(word: string | undefined): boolean {
  return /^[1-9]$/.test(word ?? '')
}
