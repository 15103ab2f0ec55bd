import { attachSearch } from './search.ts'

attachSearch()
