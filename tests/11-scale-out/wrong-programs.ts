import type { WrongPrograms } from '../../workshop/check/suite.ts'
import { crossing } from './wrong-programs/crossing.ts'
import { online } from './wrong-programs/online.ts'
import { races } from './wrong-programs/races.ts'

/** The diagnosis of the untouched starter. */
export const starter = 's11-broadcast'

/** Wrong programs, edits of the solution, by the diagnosis that they prove. */
export const wrongPrograms: WrongPrograms = { ...crossing, ...races, ...online }
