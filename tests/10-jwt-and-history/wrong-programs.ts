import type { WrongPrograms } from '../../workshop/check/suite.ts'
import { catchingUp } from './wrong-programs/catching-up.ts'
import { storingMessages } from './wrong-programs/storing.ts'
import { tokens } from './wrong-programs/tokens.ts'

/** The diagnosis of the untouched starter. */
export const starter = 's10-mock-token'

/** Wrong programs, edits of the solution, by the diagnosis that they prove. */
export const wrongPrograms: WrongPrograms = { ...tokens, ...storingMessages, ...catchingUp }
