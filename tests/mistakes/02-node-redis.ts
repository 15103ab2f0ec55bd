import { type Mistake, change, provenBy, write } from '../support/index.ts'
import { connecting } from './02-node-redis/connecting.ts'
import { setup } from './02-node-redis/setup.ts'
import { starting } from './02-node-redis/starting.ts'
import { staying } from './02-node-redis/staying.ts'
import { telling } from './02-node-redis/telling.ts'
import { general } from './any-step.ts'

/** What the untouched starter gets wrong. */
export const starter = 's2-never-connect'

const usual: Mistake[] = [
  provenBy(general('does-not-compile'), {
    'a bracket too few': change('client.ts', 'newClient() {', 'newClient( {'),
  }),
  provenBy(general('throws'), {
    'at start': change('index.ts', 'try {', 'undefinedFunction()\ntry {'),
  }),
  provenBy(general('does-nothing'), {
    'an empty file': write('index.ts', ''),
  }),
  provenBy(general('never-speaks'), {
    'waits for something else first': change(
      'index.ts',
      'await client.connect()',
      'await new Promise(() => setInterval(() => {}, 1000))',
    ),
  }),
]

/** Known wrong answers of this step, the most telling first. */
export const mistakes: Mistake[] = [
  ...setup,
  ...connecting,
  ...starting,
  ...staying,
  ...telling,
  ...usual,
]
