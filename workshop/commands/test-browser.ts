import { type BrowserServer, findChromium, openBrowser } from '../browser/index.ts'
import { refuseStrange, runOwnTests } from '../check/own-tests.ts'
import { inWorkshop } from '../paths.ts'
import { findRedisServer } from '../redis/index.ts'
import { WayOut } from '../supervisor/run/way-out.ts'

const tests = {
  command: 'npm run test:browser',
  folder: 'tests/browser',
  kind: 'page test',
}

/**
 * `npm run test:browser [word …]`: opens the pages of the solutions in Chromium and uses them as
 * a person would. Runs what is in tests/browser/, or the files whose name holds a word.
 *
 * @returns 0 every page works, 1 not
 */
export async function run(words: string[]): Promise<number> {
  console.log('This opens the pages of the solutions in a real browser, and uses them.\n')
  await refuseStrange(tests, words)
  const program = findChromium()
  await findRedisServer({ say: (line) => console.error(line) })
  // The browser is ours and not Vitest's: that one leaves at once when it is told to.
  const wayOut = new WayOut()
  let browser: BrowserServer | undefined
  try {
    browser = await openBrowser(program, inWorkshop('tmp'))
    return await runOwnTests(tests, words, { WORKSHOP_BROWSER: browser.address }, wayOut)
  } finally {
    await browser?.close()
    wayOut.close()
  }
}
