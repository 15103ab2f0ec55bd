import {
  type WrongPrograms,
  combine,
  replaceIn,
  writeFile,
} from '../../workshop/check/suite.ts'
import { connecting } from './wrong-programs/connecting.ts'
import { logLines } from './wrong-programs/log-lines.ts'
import { options } from './wrong-programs/options.ts'
import { outages } from './wrong-programs/outages.ts'

/** The diagnosis of the untouched starter. */
export const starter = 's2-never-connect'

/** Wrong programs, edits of the solution, by the diagnosis that they prove. */
export const wrongPrograms: WrongPrograms = {
  ...options,
  ...connecting,
  ...outages,
  ...logLines,
  'does-not-compile': {
    'a bracket too few': replaceIn('client.ts', 'newClient() {', 'newClient( {'),
  },
  throws: { 'at start': replaceIn('index.ts', 'try {', 'undefinedFunction()\ntry {') },
  'code-error': {
    'a listener that loses its this, printed nowhere': combine(
      replaceIn(
        'client.ts',
        "client.on('error', (error) => {",
        "client.on('error', function (this: any, error) {",
      ),
      replaceIn('client.ts', 'console.error(`${line} (will retry)`)', 'this.print(line)'),
    ),
  },
  'almost-the-same': {
    'a letter is missing': replaceIn('client.ts', "'connection lost'", "'conection lost'"),
    'another letter': replaceIn('client.ts', "'reconnected'", "'reconnectet'"),
  },
  'does-nothing': { 'an empty file': writeFile('index.ts', '') },
  'sends-nothing': {
    'waits for something else first': replaceIn(
      'index.ts',
      'await client.connect()',
      'await new Promise(() => setInterval(() => {}, 1000))',
    ),
  },
}
