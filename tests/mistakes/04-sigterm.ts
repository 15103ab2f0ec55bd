import { type Mistake, change, provenBy, write } from '../support/index.ts'
import { mistakes as earlier } from './03-publish-subscribe.ts'
import { ending } from './04-sigterm/ending.ts'
import { farewell } from './04-sigterm/farewells.ts'
import { readings } from './04-sigterm/reading.ts'
import { signals } from './04-sigterm/signals.ts'

/** What the untouched starter gets wrong. */
export const starter = 's4-before-exit'

// What can go wrong in step 3, and in every step, can go wrong here too.
const programs: Record<string, Mistake['programs']> = {
  's1-env-never-read': {
    'the address stands in the code': change(
      'client.ts',
      'redisAddress()',
      "{ url: 'redis://127.0.0.1:1', host: 'redis', port: 1 }",
    ),
  },
  'does-not-compile': {
    'a bracket too few': change('index.ts', 'onSigterm(async', 'onSigterm((async'),
  },
  throws: { 'at start': change('index.ts', 'try {', 'undefinedFunction()\ntry {') },
  'never-speaks': {
    'waits for ever': change(
      'index.ts',
      'await client.connect()',
      'await new Promise((_) => setInterval(_, 1e9))',
    ),
  },
  'does-nothing': { 'an empty file': write('index.ts', '') },
}

/** Known wrong answers of this step, the most telling first. */
export const mistakes: Mistake[] = [
  ...signals,
  ...farewell,
  ...ending,
  ...readings,
  ...earlier.map((mistake) => provenBy(mistake, programs[mistake.id] ?? {})),
]
