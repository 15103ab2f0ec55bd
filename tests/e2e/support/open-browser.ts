import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { UserError, errorMessage } from '../../../workshop/errors.ts'

/** A running headless browser. */
export interface BrowserServer {
  /** The URL at which tests connect. */
  address: string
  /** Ends it, and removes everything it has written. */
  close(): Promise<void>
}

// These flags do not concern pages: they turn off background work of the browser.
const quiet = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Starts a browser. If this process is killed, the pipe between both closes and the browser
 * ends; the next start removes its folder.
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
      // The sandbox does not work as root; the browser opens pages of the workshop only.
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
