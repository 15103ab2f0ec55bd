import { type FSWatcher, watch } from 'chokidar'
import { basename } from 'node:path'
import { errorCode } from '../errors.ts'

// What nodemon watches for TypeScript. A saved README.md restarts nothing.
const source = /\.([cm]?[jt]s|json)$/

// An editor writes a file in several steps, and "save all" writes several files.
const debounceMs = 50

const pollMs = 300

/**
 * Calls back after files of a folder were saved.
 *
 * This is `nodemon --signal SIGTERM`, made of the same watcher. nodemon itself runs one
 * command through `sh -c`, so a signal would reach the shell and not the program; it
 * manages one child where a run has several, and handles Ctrl+C in its own way.
 *
 * Where the system has no file watcher left, the files are read at intervals instead.
 *
 * @param folder absolute
 * @param onSave receives the name of the file that was saved first
 * @param log receives a line when the files have to be read at intervals
 * @returns how to stop watching
 */
export async function watchFolder(
  folder: string,
  onSave: (file: string) => void,
  log: (line: string) => void = (line) => console.error(line),
): Promise<() => Promise<void>> {
  let timer: NodeJS.Timeout | undefined
  let first = ''
  const onEvent = (path: string) => {
    if (!source.test(path)) return
    first ||= basename(path)
    clearTimeout(timer)
    timer = setTimeout(() => {
      onSave(first)
      first = ''
    }, debounceMs)
  }
  let watcher = open(folder, onEvent)
  const problem = await readyOrUsedUp(watcher)
  if (problem) {
    log(
      `This system has no file watcher left (${problem}), so the files are read every ` +
        `${pollMs / 1000} s. End other watchers, or raise fs.inotify.max_user_watches`,
    )
    await watcher.close()
    watcher = open(folder, onEvent, { usePolling: true, interval: pollMs })
    await readyOrUsedUp(watcher)
  }
  return async () => {
    clearTimeout(timer)
    await watcher.close()
  }
}

function open(folder: string, onEvent: (path: string) => void, more = {}): FSWatcher {
  const watcher = watch(folder, {
    ignoreInitial: true,
    ignored: (path) => path !== folder && /^(\.|node_modules$)/.test(basename(path)),
    ...more,
  })
  watcher.on('all', (_event, path) => onEvent(path))
  watcher.on('error', () => {}) // The folder was removed: a later save shows that.
  return watcher
}

// @returns the code of the error when the inotify watches or instances of this user are used up
function readyOrUsedUp(watcher: FSWatcher): Promise<string | undefined> {
  return new Promise((resolve) => {
    watcher.once('ready', () => resolve(undefined))
    watcher.on('error', (error) => {
      const code = errorCode(error)
      if (code === 'ENOSPC' || code === 'EMFILE') resolve(code)
    })
  })
}
