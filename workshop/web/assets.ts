import { createHash } from 'node:crypto'
import * as esbuild from 'esbuild'

/** What the pages load. */
export interface Assets {
  /** By path: `/guide.js`. */
  files: Map<string, { type: string; body: Uint8Array }>
  /** A name made from their content. */
  build: string
}

const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
}

/**
 * Bundles what the pages load, in memory. It takes some tens of milliseconds.
 *
 * @param entries files, absolute, and what they are called for the pages: `guide`
 * @param modules what is imported with `import()` is a file of its own; not for pages without a
 * server, for a browser loads no module from a file
 */
export async function buildAssets(
  entries: { in: string; out: string }[],
  { modules = false } = {},
): Promise<Assets> {
  const { outputFiles } = await esbuild.build({
    entryPoints: entries,
    bundle: true,
    minify: true,
    platform: 'browser',
    format: modules ? 'esm' : 'iife',
    splitting: modules,
    target: ['chrome111', 'firefox113', 'safari16.4'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    outdir: '/',
    write: false,
    logLevel: 'silent',
  })
  const hash = createHash('sha256')
  const files = new Map<string, { type: string; body: Uint8Array }>()
  for (const { path, contents } of outputFiles) {
    hash.update(contents)
    const [name = ''] = /[^/\\]+$/.exec(path) ?? []
    const [ending = ''] = /\.\w+$/.exec(name) ?? []
    files.set(`/${name}`, { type: types[ending] ?? 'application/octet-stream', body: contents })
  }
  return { files, build: hash.digest('hex').slice(0, 12) }
}
