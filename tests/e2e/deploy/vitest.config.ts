import { join } from 'node:path'
import { defineConfig, mergeConfig } from 'vitest/config'
import shared from '../../vitest.config.ts'

const here = import.meta.dirname

export default mergeConfig(
  shared,
  defineConfig({
    root: here,
    test: {
      // One file runs twenty processes: two files at once would only slow each other down.
      fileParallelism: false,
      outputFile: { json: join(here, '..', '..', '..', '.workshop', 'deploy-results.json') },
    },
  }),
)
