import { join } from 'node:path'
import { defineConfig, mergeConfig } from 'vitest/config'
import shared from '../../vitest.config.ts'

const here = import.meta.dirname

export default mergeConfig(
  shared,
  defineConfig({
    root: here,
    test: {
      // One browser for all: a second file beside the first would only make both slower.
      fileParallelism: false,
      expect: { poll: { timeout: 60_000 } },
      outputFile: { json: join(here, '..', '..', '..', '.workshop', 'browser-results.json') },
    },
  }),
)
