import { join } from 'node:path'
import { defineConfig, mergeConfig } from 'vitest/config'
import shared from '../../vitest.config.ts'

const here = import.meta.dirname

export default mergeConfig(
  shared,
  defineConfig({
    root: here,
    test: {
      expect: { poll: { timeout: 300_000 } },
      outputFile: { json: join(here, '..', '..', '..', '.workshop', 'browser-results.json') },
    },
  }),
)
