import type { Evidence } from './evidence.ts'

/** The files of a step: path → text. */
export type Files = Readonly<Record<string, string>>

/** Makes one program of another. */
export type Edit = (files: Files) => Files

/** A known wrong answer. */
export interface KnownMistake {
  /** Stable, unique: `s4-never-exits`. */
  id: string
  /** The diagnosis, in a learner's words: what is probably wrong, and why that matters. */
  likely: string
  /** Where to look. */
  lookAt: string
  /** Whether the evidence speaks of this mistake. The first of a step's list that fits is told. */
  matches(evidence: Evidence): boolean
  /** Wrong programs that prove it, edits of the solution: name → edit. */
  programs: Readonly<Record<string, Edit>>
}

/** A mistake without its proof: one that can be made in several steps is proven in each. */
export type Diagnosis = Omit<KnownMistake, 'programs'>

/** The mistake that a diagnosis names, with the wrong programs of one step that prove it. */
export function withWrongPrograms(
  diagnosis: Diagnosis,
  programs: KnownMistake['programs'],
): KnownMistake {
  return { ...diagnosis, programs }
}

/** A right answer that looks different from the solution: name → edit of the solution. */
export type RightAnswers = Readonly<Record<string, Edit>>

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
