import { type Mistake, change, provenBy, write } from '../support/index.ts'
import { crashes } from './09-cluster-chat/crashes.ts'
import { ending } from './09-cluster-chat/ending.ts'
import { starting } from './09-cluster-chat/starting.ts'
import { general } from './any-step.ts'

/** What the untouched starter gets wrong. */
export const starter = 's9-one-process'

// What can go wrong in every step: how it looks in this one.
const usual: Mistake[] = [
  provenBy(general('does-not-compile'), {
    'a bracket too few': change('primary.ts', 'cluster.fork({', 'cluster.fork(({'),
  }),
  provenBy(general('listens-elsewhere'), {
    'a port of its own': change('server.ts', 'process.env.PORT || 3000', '0'),
  }),
  provenBy(general('throws'), {
    'at start': change(
      'index.ts',
      'if (cluster.isPrimary) {',
      'undefinedFunction()\nif (cluster.isPrimary) {',
    ),
  }),
  provenBy(general('does-nothing'), { 'an empty file': write('index.ts', '') }),
]

/** Known wrong answers of this step, the most telling first. */
export const mistakes: Mistake[] = [...starting, ...usual, ...crashes, ...ending]
