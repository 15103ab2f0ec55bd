import { parentOf } from './processes.ts'

const pollMs = 200

/**
 * Calls back once when npm, which started this process, has ended. SIGTERM ends npm and its shell
 * without a word to this process, and SIGKILL ends npm alone: the shell then has another parent.
 *
 * The launcher notes the pids of both before it does anything else, because npm can end a
 * moment later. Without npm nothing is watched: a shell may end before the programs it started.
 */
export function watchParent(onGone: () => void): void {
  const [parent, npm] = (process.env['WORKSHOP_STARTED_BY'] ?? '').split(',').map(Number)
  if (!parent) return
  const timer = setInterval(() => {
    const alive = process.ppid === parent && (!npm || parentOf(parent) === npm)
    if (alive) return
    clearInterval(timer)
    onGone()
  }, pollMs).unref()
}
