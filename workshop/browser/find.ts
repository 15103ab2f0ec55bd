import { UserError } from '../errors.ts'
import { isProgram, onPath } from '../paths.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const advice =
  'Install it (Debian: sudo apt-get install chromium), or set CHROMIUM_PATH to a Chromium or Chrome'

/**
 * Finds the browser: what CHROMIUM_PATH names, or one of the usual names on the PATH.
 *
 * @returns the path of its program
 * @throws UserError (exit 2) that says how to get one
 */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string {
  const given = env['CHROMIUM_PATH']
  if (given && isProgram(given)) return given
  if (given) {
    throw new UserError(`CHROMIUM_PATH is ${given}, and no program lies there. ${advice}`)
  }
  const [found] = names.flatMap((name) => onPath(name, env))
  if (found) return found
  throw new UserError(`There is no Chromium on this machine's PATH. ${advice}`)
}
