import { type WrongPrograms, replaceIn, writeFile } from '../../workshop/check/suite.ts'
import { address } from './wrong-programs/address.ts'
import { failures } from './wrong-programs/failures.ts'
import { login } from './wrong-programs/login.ts'
import { replies } from './wrong-programs/replies.ts'

/** The diagnosis of the untouched starter. */
export const starter = 's1-env-never-read'

/** Wrong programs, edits of the solution, by the diagnosis that they prove. */
export const wrongPrograms: WrongPrograms = {
  ...failures,
  ...address,
  ...login,
  ...replies,
  'does-not-compile': {
    'a bracket too few': replaceIn('index.ts', 'redisAddress()', 'redisAddress('),
    'a file that is not there': replaceIn('index.ts', './ping.ts', './pong.ts'),
  },
  'missing-package': {
    'a package that is not there': replaceIn(
      'socket.ts',
      "import net from 'node:net'",
      "import net from 'nett'",
    ),
  },
  'floods-its-output': {
    'a timer without a pause': writeFile(
      'index.ts',
      "setInterval(() => console.log('waiting\\n'.repeat(100)), 0)\n",
    ),
  },
  'code-error': {
    'a loop over an async generator without await': replaceIn(
      'ping.ts',
      'for await (const reply of replies(socket))',
      'for (const reply of replies(socket) as unknown as string[])',
    ),
  },
  throws: { 'at start': replaceIn('index.ts', 'try {', 'undefinedFunction()\ntry {') },
  'does-nothing': { 'an empty file': writeFile('index.ts', '') },
  'never-ends': {
    'a timer': replaceIn('index.ts', 'try {', 'setInterval(() => {}, 1000)\ntry {'),
  },
  'never-waits': {
    'a loop without an end': replaceIn('index.ts', 'await ping(address)', 'for (;;);'),
  },
}
