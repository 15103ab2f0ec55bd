import { join } from 'node:path'
import { UserError } from '../errors.ts'
import { root } from '../paths.ts'
import { buildSite } from '../site/index.ts'

/** `npm run site`: writes the course as plain files into site/, for any web server. */
export async function run(words: string[]): Promise<number> {
  if (words.length > 0) throw new UserError('It is: npm run site')
  const pages = await buildSite(join(root, 'site'))
  console.log(
    `  ${pages.length} pages are in site/. Open site/index.html, or publish the folder.`,
  )
  return 0
}
