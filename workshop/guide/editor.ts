import { displayPath } from '../course/index.ts'
import { UserError } from '../errors.ts'

// They want a terminal, and ours is taken.
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
  const [guess, { default: launch }] = await Promise.all([
    guessEditor(),
    import('launch-editor'),
  ])
  if (!guess) throw new UserError(`No running editor was found. ${how}`)
  if (terminalEditors.test(guess))
    throw new UserError(`${guess} wants a terminal of its own. ${how}`)
  const failure = await new Promise<string | undefined>((resolve) => {
    launch(file, (_file, problem) => resolve(problem ?? 'it did not start'))
    setTimeout(() => resolve(undefined), startMs)
  })
  if (failure !== undefined) throw new UserError(`${guess}: ${failure}. ${how}`)
  return `${name} is open in ${guess}`
}

async function guessEditor(): Promise<string | undefined> {
  const { default: guess } = await import('launch-editor/guess.js')
  return guess()[0] ?? undefined
}
