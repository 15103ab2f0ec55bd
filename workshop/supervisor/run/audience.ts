import type { CompileError } from '../bundle.ts'
import type { OutputLine } from '../output.ts'

/** Who is told what happens in a run: a terminal, or the pages of the guide. */
export interface Audience {
  /** A line of an instance. */
  line(name: string, line: OutputLine): void
  /** Something the runner has to say about an instance. */
  remark(name: string, text: string): void
  /** A line of the router. */
  aside(name: 'router', text: string): void
  /** A line of the runner. */
  say(text: string): void
  /** Why a program could not be compiled. */
  compileError(error: CompileError): void
  /** From now on there may be lines of this name. */
  makeRoomFor(name: string): void
}
