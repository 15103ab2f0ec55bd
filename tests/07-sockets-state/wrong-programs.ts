import { type WrongPrograms, replaceIn, writeFile } from '../../workshop/check/suite.ts'
import { answering } from './wrong-programs/answering.ts'
import { auth } from './wrong-programs/auth.ts'
import { delivery } from './wrong-programs/delivery.ts'
import { disconnect } from './wrong-programs/disconnect.ts'
import { envelopes } from './wrong-programs/envelope.ts'
import { invalidInput } from './wrong-programs/invalid-input.ts'
import { offlineUsers } from './wrong-programs/offline-users.ts'
import { refusing } from './wrong-programs/refusing.ts'
import { senderIdentity } from './wrong-programs/sender-identity.ts'
import { acceptedWithoutToken } from './wrong-programs/without-token.ts'
import { undelivered } from './wrong-programs/undelivered.ts'

/** The diagnosis of the untouched starter. */
export const starter = 's7-token-not-checked'

/** Wrong programs, edits of the solution, by the diagnosis that they prove. */
export const wrongPrograms: WrongPrograms = {
  ...acceptedWithoutToken,
  ...auth,
  ...disconnect,
  ...envelopes,
  ...senderIdentity,
  ...delivery,
  ...undelivered,
  ...offlineUsers,
  ...invalidInput,
  ...refusing,
  ...answering,
  's7-never-listens': {
    'an empty file': writeFile('index.ts', ''),
    'waits forever': replaceIn(
      'index.ts',
      'try {',
      'await new Promise((_) => setInterval(_, 1e9))\ntry {',
    ),
    'never called': replaceIn(
      'index.ts',
      'const started = listen(server)',
      'const started = listen',
    ),
  },
  'does-not-compile': {
    'a bracket too few': replaceIn('auth.ts', 'TOKENS.get(token)', 'TOKENS.get((token)'),
  },
  'listens-elsewhere': {
    'a port of its own': replaceIn('server.ts', 'process.env.PORT || 3000', '0'),
  },
  throws: {
    'at start': replaceIn('index.ts', 'try {', 'undefinedFunction()\ntry {'),
    'a handler that is not there': replaceIn(
      'connection.ts',
      'handlers[event]',
      'handler[event]',
    ),
  },
  'missing-package': {
    'a package that is not there': replaceIn('index.ts', "'socket.io'", "'socketio'"),
  },
  'gives-up': {
    'asks for a Redis that it does not need': replaceIn(
      'index.ts',
      'try {',
      "if (!process.env.REDISCLOUD_URL) exitWithError(new Error('REDISCLOUD_URL is not set'))\ntry {",
    ),
  },
}
