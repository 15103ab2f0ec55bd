import { attachRuns } from './runs.tsx'
import { attachSearch } from './search.ts'

attachSearch()
attachRuns()
