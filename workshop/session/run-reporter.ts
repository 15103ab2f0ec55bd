import type { CompileError } from '../process/bundle.ts'
import type { OutputLine } from '../process/output.ts'

/** Shows what happens in a run: in a terminal, or on the pages of the guide. */
export interface RunReporter {
  /** A line of an instance. */
  instanceOutput(name: string, line: OutputLine): void
  /** An instance has a process. */
  instanceStarted(name: string, process: { pid: number; port: number }): void
  /** What the workshop reports about an instance. */
  instanceNote(name: string, text: string): void
  /** A line of the router. */
  note(name: 'router', text: string): void
  /** A line of the workshop itself. */
  message(text: string): void
  /** Why a program could not be compiled. */
  compileError(error: CompileError): void
  /** All programs could be compiled. */
  compiled?(): void
  /** Lines of this name may follow: their column becomes wide enough. */
  reserveLabel(name: string): void
}
