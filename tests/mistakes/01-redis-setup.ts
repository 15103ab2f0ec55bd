import { type Mistake, change, provenBy, write } from '../support/index.ts'
import { answers } from './01-redis-setup/answers.ts'
import { failures } from './01-redis-setup/failures.ts'
import { letIn } from './01-redis-setup/login.ts'
import { leaks, reasons } from './01-redis-setup/reasons.ts'
import { sending } from './01-redis-setup/sending.ts'
import { where } from './01-redis-setup/where.ts'
import { general } from './any-step.ts'

/** What the untouched starter gets wrong. */
export const starter = 's1-env-never-read'

const usual: Mistake[] = [
  provenBy(general('does-not-compile'), {
    'a bracket too few': change('index.ts', 'redisAddress()', 'redisAddress('),
    'a file that is not there': change('index.ts', './ping.ts', './pong.ts'),
  }),
  provenBy(general('missing-package'), {
    'a package that is not there': change(
      'ping.ts',
      "import net from 'node:net'",
      "import net from 'nett'",
    ),
  }),
  provenBy(general('floods-its-output'), {
    'a timer without a pause': write(
      'index.ts',
      "setInterval(() => console.log('waiting\\n'.repeat(100)), 0)\n",
    ),
  }),
  provenBy(general('throws'), {
    'at start': change('index.ts', 'try {', 'undefinedFunction()\ntry {'),
  }),
  provenBy(general('does-nothing'), {
    'an empty file': write('index.ts', ''),
  }),
  provenBy(general('never-ends'), {
    'a timer': change('index.ts', 'try {', 'setInterval(() => {}, 1000)\ntry {'),
  }),
  provenBy(general('never-speaks'), {
    'a loop without an end': change('index.ts', 'await ping(address)', 'for (;;);'),
  }),
]

/** Known wrong answers of this step, the most telling first. */
export const mistakes: Mistake[] = [
  ...leaks,
  ...where,
  ...letIn,
  ...answers,
  ...failures,
  ...reasons,
  ...sending,
  ...usual,
]
