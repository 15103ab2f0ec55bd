import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { root } from '../paths.ts'

/**
 * What a policy says to let the speaker view's script run, and no other: reveal.js writes that
 * page, with the script in it, into a window of its own.
 */
export async function speakerScript(): Promise<string> {
  const packages = createRequire(join(root, 'package.json'))
  const text = await readFile(packages.resolve('reveal.js/plugin/notes'), 'utf8')
  // It lies there as part of a JavaScript string.
  const [, inString] = /<script>((?:[^"\\]|\\.)*)<\\\/script>/.exec(text) ?? []
  const script: unknown = JSON.parse(`"${inString ?? ''}"`)
  return `'sha256-${createHash('sha256').update(String(script)).digest('base64')}'`
}
