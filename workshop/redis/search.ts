/** What every place to find a Redis in is told. */
export interface SearchContext {
  env: NodeJS.ProcessEnv
  /** The workshop's folder for a Redis of its own. */
  folder: string
  /** Shows one line of progress. */
  say: (line: string) => void
  /** Why a place had none, for the last sentence if no place has one. */
  problems: string[]
}
