import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { Plugin } from 'esbuild'
import { inWorkshop, root } from '../paths.ts'
import { inUse, writeWhole } from './built-files.ts'
import { bundle, common, requireFrom } from './bundle.ts'

/**
 * Gives programs the redis package in one file. It is five packages of many small files, and
 * so it loads in half the time; an instance is started some hundred times in `npm test`.
 */
export const bundledRedis: Plugin = {
  name: 'bundled-redis',
  setup(build) {
    build.onResolve({ filter: /^redis$/ }, async ({ kind }) => {
      // require() takes no ES module on Node 20, but the package itself.
      if (kind === 'require-call') return { path: 'redis', external: true }
      return { path: pathToFileURL(await redisInOneFile()).href, external: true }
    })
  },
}

let redisBundle: Promise<string> | undefined

function redisInOneFile(): Promise<string> {
  redisBundle ??= makeRedisBundle()
  return redisBundle
}

async function makeRedisBundle(): Promise<string> {
  const require = createRequire(import.meta.url)
  const { version } = require('redis/package.json')
  const file = inWorkshop('build', `redis-${version}.mjs`)
  if (await inUse(file)) return file
  const names = Object.keys(require('redis')).join(', ')
  const code = await bundle({
    ...common,
    sourcemap: false,
    stdin: {
      contents: `import * as redis from 'redis'\nexport default redis\nexport const { ${names} } = redis`,
      resolveDir: root,
    },
    banner: { js: requireFrom(require.resolve('redis')) },
  })
  await writeWhole(file, code)
  return file
}
