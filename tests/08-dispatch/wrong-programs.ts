import {
  type WrongPrograms,
  combine,
  replaceIn,
  writeFile,
} from '../../workshop/check/suite.ts'
import { busesPrograms } from './wrong-programs/buses.ts'
import { deliveringPrograms } from './wrong-programs/delivering.ts'
import { devicesPrograms } from './wrong-programs/devices.ts'
import { envelopesPrograms } from './wrong-programs/envelopes.ts'
import { errorsPrograms } from './wrong-programs/errors.ts'
import { invalidInputPrograms } from './wrong-programs/invalid-input.ts'
import { publishingPrograms } from './wrong-programs/publishing.ts'
import { receivingPrograms } from './wrong-programs/receiving.ts'
import { subscriptionsPrograms } from './wrong-programs/subscriptions.ts'

/** The diagnosis of the untouched starter. */
export const starter = 's8-local-emit-only'

/** Wrong programs, edits of the solution, by the diagnosis that they prove. */
export const wrongPrograms: WrongPrograms = {
  ...publishingPrograms,
  ...envelopesPrograms,
  ...busesPrograms,
  ...receivingPrograms,
  ...subscriptionsPrograms,
  ...deliveringPrograms,
  ...devicesPrograms,
  ...errorsPrograms,
  ...invalidInputPrograms,
  'does-not-compile': {
    'a bracket too few': replaceIn(
      'dispatch.ts',
      'return subscribe(bus,',
      'return subscribe((bus,',
    ),
  },
  'missing-package': {
    'one that is not there': replaceIn(
      'bus.ts',
      "from 'node-redis-pubsub'",
      "from 'redis-pubsub'",
    ),
  },
  'listens-elsewhere': {
    'a port of its own': replaceIn('server.ts', 'process.env.PORT || 3000', '0'),
  },
  'connects-elsewhere': {
    localhost: replaceIn(
      'bus.ts',
      '{ url, retry_max_delay: 2000 }',
      "{ url: 'redis://localhost:6379' }",
    ),
  },
  throws: { 'at start': replaceIn('index.ts', 'try {', 'undefinedFunction()\ntry {') },
  'code-error': {
    'something that the bus does not have': replaceIn(
      'bus.ts',
      'bus.on(channel,',
      'bus.once(channel,',
    ),
    // It looks like a server, and is its main namespace.
    'what io.on() returns': combine(
      replaceIn('chat.ts', "  io.on('connection', onConnection)\n", ''),
      replaceIn(
        'chat.ts',
        "new Server(server, { transports: ['websocket'] })",
        "new Server(server, { transports: ['websocket'] }).on('connection', onConnection)",
      ),
      replaceIn(
        'chat.ts',
        'io.engine.close()',
        'for (const socket of io.sockets.sockets.values()) socket.conn.close()',
      ),
    ),
  },
  'does-nothing': { 'an empty file': writeFile('index.ts', '') },
  'sends-nothing': {
    'waits forever': replaceIn(
      'index.ts',
      'try {',
      'await new Promise((_) => setInterval(_, 1e9))\ntry {',
    ),
  },
}
