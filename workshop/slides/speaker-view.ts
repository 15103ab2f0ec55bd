import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { root } from '../paths.ts'

/**
 * What a policy needs to let the speaker view's script run, and no other: reveal.js writes that
 * page, with the script in it, into a window of its own.
 */
export async function speakerScriptCsp(): Promise<string> {
  const packages = createRequire(join(root, 'package.json'))
  // What require() finds is another edition than the one our pages are bundled from.
  const file = join(dirname(packages.resolve('reveal.js/plugin/notes')), 'notes.mjs')
  // The script lies there as part of a JavaScript string, which may hold tabs; JSON may not.
  const [, inString] =
    /<script>((?:[^"\\]|\\.)*)<\\\/script>/.exec(await readFile(file, 'utf8')) ?? []
  if (inString === undefined) throw new Error(`no script of the speaker view in ${file}`)
  const script: unknown = JSON.parse(`"${inString.replaceAll('\t', '\\t')}"`)
  return `'sha256-${createHash('sha256').update(String(script)).digest('base64')}'`
}
