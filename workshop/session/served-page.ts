import { spawn } from 'node:child_process'
import { findOnPath } from '../paths.ts'
import { isInteractiveTty, readKeypresses } from './keyboard.ts'
import type { ShutdownSignal } from './shutdown.ts'

/** The keys of a terminal that serves a page, for the line with its address. */
export function pageKeys(): string {
  return isInteractiveTty() ? 'o opens it, Ctrl+C ends it' : 'Ctrl+C ends it'
}

/**
 * Waits until a page that this command serves is no longer wanted. In a terminal `o` opens it in
 * the browser.
 */
export async function untilShutdown(url: string, shutdown: ShutdownSignal): Promise<void> {
  const restore = isInteractiveTty() ? await readKeys(url, shutdown) : () => {}
  await shutdown.requested.promise
  restore()
}

function readKeys(url: string, shutdown: ShutdownSignal): Promise<() => void> {
  return readKeypresses((key) => {
    if (key === 'o') openInBrowser(url)
    else if (key === '\u0003') shutdown.interrupt()
    else if (key === 'q' || key === '\u0004') shutdown.request()
  })
}

// An editor that runs elsewhere, such as Codespaces, sets BROWSER to what opens a page where the
// learner is.
const openers = [process.env['BROWSER'], 'wslview', 'xdg-open']

function openInBrowser(url: string): void {
  const [file, ...args] = openCommand()
  const fail = () => console.log(`  No browser was found. Open it yourself: ${url}\n`)
  if (!file) return fail()
  const child = spawn(file, [...args, url], { detached: true, stdio: 'ignore' })
  child.on('error', fail).on('exit', (code) => code && fail())
  child.unref()
}

function openCommand(): string[] {
  if (process.platform === 'darwin') return ['open']
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler']
  const found = openers.flatMap((name) => {
    if (!name) return []
    return name.includes('/') ? [name] : findOnPath(name, process.env)
  })
  return found.slice(0, 1)
}
