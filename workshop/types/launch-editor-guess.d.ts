// Which editor would be launched: the program and its first arguments. The package has no types
// for this file of its own.
declare module 'launch-editor/guess.js' {
  export default function guessEditor(specified?: string): (string | null)[]
}
