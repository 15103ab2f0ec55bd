import {
  type WrongPrograms,
  combine,
  replaceIn,
  writeFile,
} from '../../../workshop/check/suite.ts'
import { freesPort } from '../edits.ts'

export const startupPrograms: WrongPrograms = {
  's9-no-primary-check': {
    'no question': writeFile(
      'index.ts',
      "import cluster from 'node:cluster'\nimport { startWorker } from './worker.ts'\nfor (let n = 0; n < 4; n++) cluster.fork()\nawait startWorker()",
    ),
  },
  's9-kill-port-not-caught': {
    // What kill-port does where lsof is installed, in every place.
    'an error that no code catches': writeFile(
      'kill-port-owner.ts',
      "export async function killPortOwner(port) { throw new Error('No process running on port') }",
    ),
  },
  's9-startup-work-in-primary': {
    'announces itself': replaceIn(
      'primary.ts',
      '  await killPortOwner(',
      "  const { newBus } = await import('./bus.ts')\n  const { announce } = await import('./announce.ts')\n  announce(newBus(), 'started')\n  await killPortOwner(",
    ),
    'serves as well': replaceIn(
      'index.ts',
      '  await startPrimary()',
      "  await startPrimary()\n  const { startWorker } = await import('./worker.ts')\n  await startWorker()",
    ),
  },
  's9-polling-alone': {
    'polling only': replaceIn(
      'chat.ts',
      "transports: ['websocket']",
      "transports: ['polling']",
    ),
  },
  's9-started-not-announced': {
    'no announcement': replaceIn('worker.ts', "      announce(chat.bus, 'started')\n", ''),
  },
  's9-one-process': {
    'the question is reversed': replaceIn(
      'index.ts',
      'if (cluster.isPrimary)',
      'if (cluster.isWorker)',
    ),

    'a worker alone': writeFile(
      'index.ts',
      "import { newChat } from './chat.ts'\nawait newChat().start()",
    ),
  },
  's9-wrong-worker-count': {
    one: replaceIn('primary.ts', 'WORKERS = 4', 'WORKERS = 1'),
    two: replaceIn('primary.ts', 'WORKERS = 4', 'WORKERS = 2'),
    six: replaceIn('primary.ts', 'WORKERS = 4', 'WORKERS = 6'),
  },

  's9-same-names': {
    'an option env': replaceIn(
      'primary.ts',
      'fork({ DYNO: name })',
      'fork({ env: { DYNO: name } })',
    ),
    'the name of the primary': replaceIn(
      'primary.ts',
      'cluster.fork({ DYNO: name })',
      'cluster.fork()',
    ),
    'the first name': replaceIn('primary.ts', '`${instance}.${number}`', '`${instance}.1`'),
  },
  's9-port-per-worker': {
    'PORT + n': combine(
      replaceIn(
        'primary.ts',
        'cluster.fork({ DYNO: name })',
        'cluster.fork({ DYNO: name, PORT: Number(process.env.PORT) + Number(name.at(-1)) - 1 })',
      ),
    ),
  },
  's9-port-not-freed': {
    'kill-port is not called': replaceIn('primary.ts', freesPort, ''),
    'after the workers': combine(
      replaceIn('primary.ts', freesPort, ''),
      replaceIn(
        'primary.ts',
        'fork(`${instance}.${number}`)\n',
        'fork(`${instance}.${number}`)\n  setTimeout(() => killPortOwner(Number(process.env.PORT)), 60_000).unref()\n',
      ),
    ),
    'what app.listen() of Express passes on is not read': combine(
      replaceIn('primary.ts', freesPort, ''),
      replaceIn('server.ts', "server.once('error', reject)", "server.once('error', resolve)"),
    ),
  },

  's9-killed-itself': {
    'killPortOwner() is not awaited': replaceIn(
      'primary.ts',
      freesPort,
      freesPort.replace('await', 'void'),
    ),
    'frees the port when a worker listens': combine(
      replaceIn('primary.ts', freesPort, ''),
      replaceIn(
        'primary.ts',
        'fork(`${instance}.${number}`)\n',
        "fork(`${instance}.${number}`)\n  await new Promise((resolve) => cluster.once('listening', resolve))\n" +
          freesPort,
      ),
    ),
  },
}
