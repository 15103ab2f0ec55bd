import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { UserError, errorMessage } from '../../../workshop/errors.ts'

/** A browser that runs, without a window. */
export interface BrowserServer {
  /** Where tests reach it. */
  address: string
  /** Ends it, and removes everything it has written. */
  close(): Promise<void>
}

// Nothing of this concerns pages; it keeps a browser from doing anything else beside them.
const quiet = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Starts a browser. Should this process be killed, the pipe between both breaks, and the browser
 * ends by itself; the folder it leaves then is removed the next time.
 *
 * @param program see `findChromium`
 * @param folder where its profile may lie
 * @throws UserError when it does not start
 */
export async function openBrowser(program: string, folder: string): Promise<BrowserServer> {
  await removeOrphans(folder)
  const home = join(folder, `${prefix}${process.pid}`)
  await mkdir(home, { recursive: true })
  const remove = () =>
    rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  try {
    const server = await launch(program, home)
    const close = async () => {
      await server.close()
      await remove()
    }
    return { address: server.wsEndpoint(), close }
  } catch (error) {
    await remove()
    throw new UserError(`${program} does not start: ${errorMessage(error).split('\n')[0]}`)
  }
}

async function launch(program: string, home: string) {
  const { TMPDIR: temporary } = process.env
  // Where Playwright makes the profile. The browser itself keeps the system's folder: the name of
  // a socket must be short.
  process.env['TMPDIR'] = home
  try {
    return await chromium.launchServer({
      executablePath: program,
      host: '127.0.0.1',
      args: quiet,
      // Root must do without; and all it sees are pages of our own.
      chromiumSandbox: false,
      env: {
        ...process.env,
        TMPDIR: temporary,
        XDG_CONFIG_HOME: home,
        XDG_CACHE_HOME: home,
      },
      // Our caller knows when to end.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    })
  } finally {
    if (temporary === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = temporary
  }
}

const prefix = 'browser-'

async function removeOrphans(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  const orphans = names.filter((name) => name.startsWith(prefix) && !isOwned(name))
  await Promise.all(
    orphans.map((name) => rm(join(folder, name), { recursive: true, force: true })),
  )
}

function isOwned(name: string): boolean {
  try {
    return process.kill(Number(name.slice(prefix.length)), 0)
  } catch {
    return false
  }
}
