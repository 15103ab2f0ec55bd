import { type BrowserServer, findChromium, openBrowser } from '../browser/index.ts'
import { runVitest } from '../check/run-vitest.ts'
import { filesIn } from '../course/files.ts'
import { UserError } from '../errors.ts'
import { inWorkshop, root } from '../paths.ts'
import { findRedisServer } from '../redis/index.ts'
import { WayOut } from '../supervisor/run/way-out.ts'

const interrupted = 130

/**
 * `npm run test:browser [word …]`: opens the pages of the solutions in Chromium and uses them as
 * a person would. Runs what is in tests/browser/, or the files whose name holds a word.
 *
 * @returns 0 every page works, 1 not
 */
export async function run(words: string[]): Promise<number> {
  console.log('This opens the pages of the solutions in a real browser, and uses them.\n')
  await refuseStrange(words)
  const program = findChromium()
  await findRedisServer({ say: (line) => console.error(line) })
  const wayOut = new WayOut()
  let browser: BrowserServer | undefined
  try {
    browser = await openBrowser(program, inWorkshop('tmp'))
    return await drive(browser, words, wayOut)
  } finally {
    await browser?.close()
    wayOut.close()
  }
}

// The browser is ours and not Vitest's: that one leaves at once when it is told to.
async function drive(
  { address }: BrowserServer,
  words: string[],
  wayOut: WayOut,
): Promise<number> {
  const { child, passed } = runVitest('tests/browser/vitest.config.ts', words, {
    WORKSHOP_BROWSER: address,
  })
  const ended = passed.then((all) => (all ? 0 : 1))
  const asked = wayOut.asked.promise.then(() => interrupted)
  const code = await Promise.race([ended, asked])
  child.kill('SIGTERM')
  await passed
  return code
}

async function refuseStrange(words: string[]): Promise<void> {
  if (words.some((word) => word.startsWith('-')))
    throw new UserError('npm run test:browser takes words, not flags: npm run test:browser 05')
  const names = (await filesIn(`${root}/tests/browser`))
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => name.replace('.test.ts', ''))
  const strange = words.find((word) => !names.some((name) => name.includes(word)))
  if (strange === undefined) return
  throw new UserError(`No page test is called "${strange}". There are: ${names.join(', ')}`)
}
