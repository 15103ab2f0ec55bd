import type { CompileError } from '../process/bundle.ts'
import type { OutputLine } from '../process/output.ts'

/** Who is told what happens in a run: a terminal, or the pages of the guide. */
export interface RunReporter {
  /** A line of an instance. */
  instanceOutput(name: string, line: OutputLine): void
  /** Something the runner has to say about an instance. */
  instanceNote(name: string, text: string): void
  /** A line of the router. */
  note(name: 'router', text: string): void
  /** A line of the runner. */
  message(text: string): void
  /** Why a program could not be compiled. */
  compileError(error: CompileError): void
  /** From now on there may be lines of this name. */
  reserveLabel(name: string): void
}
