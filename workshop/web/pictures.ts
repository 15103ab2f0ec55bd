import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Router } from 'express'
import { root } from '../paths.ts'

const folder = join(root, 'slides', 'pictures')

/** Serves the drawings of lessons and slides. They have their style within, and load nothing. */
export const pictures: Router = Router().get('/:file', (req, res, next) => {
  const { file } = req.params
  if (!isPicture(file)) return next()
  const policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
  res.setHeader('Content-Security-Policy', policy)
  res.sendFile(file, { root: folder })
})

/**
 * How many steps a picture has that shows messages in their order; 0 for any other one.
 *
 * @param file a name in `slides/pictures`
 */
export function countSteps(file: string): number {
  if (!isPicture(file)) return 0
  return readFileSync(join(folder, file), 'utf8').split('class="step"').length - 1
}

// A symbolic link could lead anywhere.
function isPicture(file: string): boolean {
  if (!/^[\w-]+\.svg$/.test(file)) return false
  return lstatSync(join(folder, file), { throwIfNoEntry: false })?.isFile() === true
}
