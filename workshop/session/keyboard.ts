import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { clearTtyState, saveTtyState } from '../process/reaper-client.ts'

/** Whether a person can press a key there and see what it does. */
export function isInteractiveTty(): boolean {
  return process.stdin.isTTY && process.stdout.isTTY && inForeground()
}

/**
 * Reads single keys. The terminal is put back in order by what is returned, when Node
 * exits, and by the reaper when the runner is killed.
 *
 * @param onKey is given each key as a character; Ctrl+C is `\u0003`
 */
export async function readKeypresses(onKey: (key: string) => void): Promise<() => void> {
  const { stdin } = process
  await saveTtyState()
  const onData = (keys: string) => {
    for (const key of keys) onKey(key)
  }
  // A closed terminal is noticed by its SIGHUP; reading from it only fails.
  stdin.on('error', () => {})
  stdin.setEncoding('utf8').on('data', onData)
  stdin.setRawMode(true)
  stdin.resume()
  const restore = () => {
    process.off('exit', restore)
    stdin.off('data', onData)
    stdin.pause()
    try {
      stdin.setRawMode(false)
    } catch {
      // The terminal is closed; there is nothing to restore.
    }
    clearTtyState()
  }
  process.on('exit', restore)
  return restore
}

// `npm run step 4 &`: the system stops a program that reads keys in the background.
function inForeground(): boolean {
  if (process.platform === 'win32') return true
  const [group, foreground] = process.platform === 'linux' ? fromProc() : fromPs()
  return group === foreground
}

function fromProc(): (string | undefined)[] {
  const stat = readFileSync('/proc/self/stat', 'latin1')
  const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return [group, foreground]
}

function fromPs(): string[] {
  const args = ['-o', 'pgid=,tpgid=', '-p', String(process.pid)]
  return spawnSync('ps', args, { encoding: 'utf8' }).stdout.trim().split(/\s+/)
}
