import { playSequences } from '../../guide/client/sequences.ts'
import { attachRuns } from './runs.tsx'
import { attachSearch } from './search.ts'

attachSearch()
attachRuns()
playSequences()
