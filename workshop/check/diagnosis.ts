import type { WireEvent } from '../proxy/index.ts'
import type { Evidence } from './evidence.ts'

/** The files of a step: path → text. */
export type Files = Readonly<Record<string, string>>

/** Makes one program of another. */
export type Edit = (files: Files) => Files

/** Words of a diagnosis: always the same, or made of what the evidence shows. */
export type Text = string | ((evidence: Evidence) => string)

/** A wrong answer that a check recognizes. */
export interface Diagnosis {
  /** Stable, unique: `s4-never-exits`. */
  id: string
  /** One sentence that names the mistake in the program; if needed, one on why it matters. */
  likely: Text
  /** A file, a line, a TODO or a call that exists. */
  lookAt: Text
  /**
   * It states how the program ended or where it stopped, and the mistake can be one of many: the
   * compiler is asked as well, and its first error is shown.
   */
  uncertain?: boolean
  /**
   * It names the mistake behind an error of JavaScript itself, such as "x is not a function". Others
   * are not claimed when a program has printed such an error: see `codeError()`.
   */
  explainsCodeError?: boolean
  /** It names the reason why a program never waits. Others are not claimed of one that does not. */
  explainsBusyThread?: boolean
  /**
   * What must be in the evidence for this to be claimed: the facts and events that `likely`
   * names. It is no question of order: it must be false for every other mistake of the step.
   */
  requires(evidence: Evidence): boolean
  /** The events on the wire that prove it; by default those that the failure is about. */
  shows?(evidence: Evidence): readonly (WireEvent | undefined)[]
  /** Nothing on the wire belongs to it: a timer, for example. */
  offTheWire?: boolean
  /**
   * Other mistakes of which `likely` is true as well. They stand before this one in the list, with
   * words that are more exact.
   */
  sameCauseAs?: readonly string[]
}

/** Wrong programs, edits of the solution: the id of a diagnosis → name → edit. */
export type WrongPrograms = Readonly<Record<string, Readonly<Record<string, Edit>>>>

/** Right answers that look different from the solution: name → edit of the solution. */
export type RightAnswers = Readonly<Record<string, Edit>>

/** The edit of a wrong program. @param program `s3-never-publishes: no announcement` */
export function editOf(program: string, wrongPrograms: WrongPrograms): Edit | undefined {
  const [, id = '', name = ''] = /^(.+?): (.+)$/.exec(program) ?? []
  return wrongPrograms[id]?.[name]
}

/** Replaces a piece of a file. @throws when the file does not hold it exactly once */
export function replaceIn(file: string, from: string, to: string): Edit {
  return (files) => {
    const text = files[file]
    if (text === undefined) throw new Error(`there is no ${file} to change`)
    const times = text.split(from).length - 1
    if (times !== 1) throw new Error(`${file} holds ${JSON.stringify(from)} ${times} times`)
    return { ...files, [file]: text.replace(from, () => to) }
  }
}

/** Writes a whole file. */
export function writeFile(file: string, text: string): Edit {
  return (files) => ({ ...files, [file]: text })
}

/** Does several edits, one after the other. */
export function combine(...edits: Edit[]): Edit {
  return (files) => edits.reduce((result, edit) => edit(result), files)
}
