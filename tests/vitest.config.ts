import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const here = import.meta.dirname

export default defineConfig({
  root: here,
  cacheDir: join(here, '..', '.workshop', 'vite'),
  test: {
    include: ['**/*.test.ts'],
    // They need a browser or an nginx, and have commands of their own: `npm run test:browser` and
    // `npm run test:deploy`.
    exclude: ['e2e/**'],
    pool: 'threads',
    // What the files import is loaded once. So a hook belongs into a test file: in a module
    // that two of them import it would be the first one's alone.
    isolate: false,
    reporters: ['default', 'json'],
    outputFile: { json: join(here, '..', '.workshop', 'test-results.json') },
    maxWorkers: 2,
    maxConcurrency: 4,
    // Every wait inside a test has a deadline of its own, which counts only time in which the
    // programs could run, and which names what it waited for. These limits end a test that hangs.
    testTimeout: 1_200_000,
    hookTimeout: 600_000,
  },
})
