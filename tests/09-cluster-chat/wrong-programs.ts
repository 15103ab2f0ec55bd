import { type WrongPrograms, replaceIn, writeFile } from '../../workshop/check/suite.ts'
import { crashesPrograms } from './wrong-programs/crashes.ts'
import { shutdownPrograms } from './wrong-programs/shutdown.ts'
import { startupPrograms } from './wrong-programs/startup.ts'

/** The diagnosis of the untouched starter. */
export const starter = 's9-one-process'

/** Wrong programs, edits of the solution, by the diagnosis that they prove. */
export const wrongPrograms: WrongPrograms = {
  ...startupPrograms,
  ...crashesPrograms,
  ...shutdownPrograms,
  'does-not-compile': {
    'a bracket too few': replaceIn('primary.ts', 'cluster.fork({', 'cluster.fork(({'),
  },
  'listens-elsewhere': {
    'a port of its own': replaceIn('server.ts', 'process.env.PORT || 3000', '0'),
  },
  throws: {
    'at start': replaceIn(
      'index.ts',
      'if (cluster.isPrimary) {',
      'undefinedFunction()\nif (cluster.isPrimary) {',
    ),
    'the name of the signal as exit code': replaceIn(
      'primary.ts',
      'process.exit(0)',
      "process.exit('SIGTERM')",
    ),
    'another value in place of a worker': replaceIn(
      'primary.ts',
      "worker.once('exit', (code",
      "(number as any).once('exit', (code",
    ),
  },
  'does-nothing': { 'an empty file': writeFile('index.ts', '') },
}
