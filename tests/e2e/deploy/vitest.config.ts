import { join } from 'node:path'
import { defineConfig, mergeConfig } from 'vitest/config'
import shared from '../../vitest.config.ts'

const here = import.meta.dirname

export default mergeConfig(
  shared,
  defineConfig({
    root: here,
    test: {
      // One file runs twenty processes: a second beside it would only make both slower.
      fileParallelism: false,
      outputFile: { json: join(here, '..', '..', '..', '.workshop', 'deploy-results.json') },
    },
  }),
)
