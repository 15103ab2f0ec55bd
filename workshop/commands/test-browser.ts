import { type BrowserServer, findChromium, openBrowser } from '../../tests/e2e/support/index.ts'
import { validateFilters, runVitest } from '../dev/vitest-runner.ts'
import { dataPath } from '../paths.ts'
import { findRedisServer } from '../redis/index.ts'
import { ShutdownSignal } from '../session/shutdown.ts'

const tests = {
  command: 'npm run test:browser',
  folder: 'tests/e2e/browser',
  kind: 'page test',
}

/**
 * `npm run test:browser [word …]`: opens the pages of the solutions in Chromium and uses them as
 * a person would. Runs what is in tests/e2e/browser/, or the files whose name holds a word.
 *
 * @returns 0 every page works, 1 not
 */
export async function run(words: string[]): Promise<number> {
  console.log('This opens the pages of the solutions in a real browser, and uses them.\n')
  await validateFilters(tests, words)
  const program = findChromium()
  await findRedisServer({ say: (line) => console.error(line) })
  // The browser is ours and not Vitest's: that one leaves at once when it is told to.
  const wayOut = new ShutdownSignal()
  let browser: BrowserServer | undefined
  try {
    browser = await openBrowser(program, dataPath('tmp'))
    return await runVitest(tests, words, { WORKSHOP_BROWSER: browser.address }, wayOut)
  } finally {
    await browser?.close()
    wayOut.close()
  }
}
