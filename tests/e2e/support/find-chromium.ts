import { findExecutable } from '../../../workshop/paths.ts'

const chromium = {
  what: 'Chromium',
  names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  variable: 'CHROMIUM_PATH',
  advice:
    'Install it (Debian: sudo apt-get install chromium), or set CHROMIUM_PATH to a Chromium or Chrome',
}

/**
 * Finds the browser: what CHROMIUM_PATH names, or one of the usual names on the PATH.
 *
 * @returns the path of its program
 * @throws UserError (exit 2) that names how to install one
 */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string {
  return findExecutable(chromium, env)
}
