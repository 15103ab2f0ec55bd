// `npm run build` makes of each program that serves users one JavaScript file, in
// .workshop/deploy: the chats of steps 9, 11 and 12, and web and worker of step 6. A PaaS runs it after
// `npm ci`, the Dockerfile too. CODE=steps npm run build takes what you have written instead.
// Left out: making them small. They are as readable as the sources, in stack traces as well.

import { cp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'

const programs = [
  '06-worker-jobs/web.ts',
  '06-worker-jobs/worker.ts',
  '09-cluster-chat/index.ts',
  '11-scale-out/index.ts',
  '12-redis-cluster/index.ts',
]

// This file stands alone: in an image there is nothing else of the workshop.
const root = join(import.meta.dirname, '..', '..')
const code = join(root, process.env['CODE'] || 'solutions')
const outdir = join(root, '.workshop', 'deploy')

// A package in CommonJS asks for Node's own modules with require(), which an ES module lacks.
const banner =
  "import { createRequire } from 'node:module'; globalThis.require = createRequire(import.meta.url);"

await rm(outdir, { recursive: true, force: true })
await build({
  entryPoints: programs.map((program) => join(code, program)),
  outbase: code,
  outdir,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  banner: { js: banner },
  logLevel: 'warning',
})
for (const step of new Set(programs.map((program) => program.split('/')[0] ?? ''))) {
  const pages = (await readdir(join(code, step))).filter((name) => name.endsWith('.html'))
  for (const page of pages) await cp(join(code, step, page), join(outdir, step, page))
}
