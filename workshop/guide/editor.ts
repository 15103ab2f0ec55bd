import { displayPath } from '../course/index.ts'
import { UserError } from '../errors.ts'

// They need a terminal of their own.
const terminalEditors = /(^|[/\\])(n?vim?|emacs|nano|micro|hx|helix|joe|ne)(\.exe)?$/

const startMs = 1500

/**
 * Opens a file in the editor that runs on this machine, or that LAUNCH_EDITOR names.
 *
 * @returns what was done, for people
 * @throws UserError when there is no editor to be found
 */
export async function openInEditor(file: string): Promise<string> {
  const name = displayPath(file)
  const how = `Open ${name} yourself, or name yours in LAUNCH_EDITOR: LAUNCH_EDITOR=code npm start`
  const [editor, { default: launch }] = await Promise.all([
    findEditor(),
    import('launch-editor'),
  ])
  if (!editor) throw new UserError(`No running editor was found. ${how}`)
  const failure = await new Promise<string | undefined>((resolve) => {
    launch(file, (_file, problem) => resolve(problem ?? 'it did not start'))
    setTimeout(() => resolve(undefined), startMs)
  })
  if (failure !== undefined) throw new UserError(`${editor}: ${failure}. ${how}`)
  return `${name} is open in ${editor}`
}

/**
 * The editor in which files can be opened: the one that runs on this machine, or that
 * LAUNCH_EDITOR names.
 *
 * @returns undefined when there is none, or when it needs a terminal
 */
export async function findEditor(): Promise<string | undefined> {
  const { default: guess } = await import('launch-editor/guess.js')
  const editor = guess()[0] ?? undefined
  return editor !== undefined && terminalEditors.test(editor) ? undefined : editor
}
