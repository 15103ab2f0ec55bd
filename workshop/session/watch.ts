import { watch } from 'chokidar'
import { basename } from 'node:path'

// What nodemon watches for TypeScript. A saved README.md restarts nothing.
const source = /\.([cm]?[jt]s|json)$/

// An editor writes a file in several strokes, and "save all" writes several files.
const debounceMs = 50

/**
 * Calls back after files of a folder were saved.
 *
 * This is `nodemon --signal SIGTERM`, made of the same watcher. nodemon itself runs one
 * command through `sh -c`, so that a signal would reach the shell and not the program; it
 * knows one child where we have several, and answers Ctrl+C in its own way.
 *
 * @param folder absolute
 * @param onSave is given the name of the file saved first
 * @returns how to stop watching
 */
export async function watchFolder(
  folder: string,
  onSave: (file: string) => void,
): Promise<() => Promise<void>> {
  let timer: NodeJS.Timeout | undefined
  let first = ''
  const watcher = watch(folder, {
    ignoreInitial: true,
    ignored: (path) => path !== folder && /^(\.|node_modules$)/.test(basename(path)),
  })
  watcher.on('all', (_event, path) => {
    if (!source.test(path)) return
    first ||= basename(path)
    clearTimeout(timer)
    timer = setTimeout(() => {
      onSave(first)
      first = ''
    }, debounceMs)
  })
  watcher.on('error', () => {}) // A folder that vanishes: the next save will tell.
  await new Promise<void>((resolve) => watcher.once('ready', () => resolve()))
  return async () => {
    clearTimeout(timer)
    await watcher.close()
  }
}
