import { type KnownMistake, replaceIn } from '../../../workshop/check/suite.ts'
import { about, said, trace, urlOf } from '../../shared/redis-connection/evidence-queries.ts'
import { whenItFails } from './failures.ts'

// What is said when it does not work, to whom, and with which exit code.

/** What must not be said. */
export const leaks: KnownMistake[] = [
  {
    id: 's1-url-error-repeats-url',
    likely:
      'the URL could not be taken apart, and was printed to show it, password and all. An error of new URL() carries it too.',
    lookAt: 'what is printed about a malformed URL',
    matches: about(
      (program, { expected }) => expected.startsWith('no password') && !urlOf(program),
    ),
    programs: {
      'shows the error whole': replaceIn(
        'redis-url.ts',
        '  } catch {',
        '  } catch (error) {\n    console.error(JSON.stringify(error))',
      ),
    },
  },
  {
    id: 's1-password-printed',
    likely:
      'the URL, or a piece of it with the password in it, is printed. Logs are copied into tickets and chats.',
    lookAt: 'everything that is printed, on stderr too',
    matches: about((_, { expected }) => expected.startsWith('no password')),
    programs: {
      'greets with the URL': replaceIn(
        'index.ts',
        'await ping(',
        'console.log(`asking ${address.url}`)\n  await ping(',
      ),
    },
  },
]

/** What can go wrong with the last words of a program. */
export const reasons: KnownMistake[] = [
  {
    id: 's1-stack-printed',
    likely:
      'the whole error was printed, stack and all. Whoever reads the log wants the cause: one line.',
    lookAt: 'what of the error is printed',
    matches: about((program, { expected }) => whenItFails(expected) && trace(program)),
    programs: {
      'prints the error': replaceIn(
        'fail.ts',
        'console.error(messageOf(error))',
        'console.error(error)',
      ),
    },
  },
  {
    id: 's1-fails-silently',
    likely: 'it ends without a word. Somebody will have to guess what was wrong.',
    lookAt: 'what is printed before the program ends',
    matches: about(
      (program, { expected }) =>
        whenItFails(expected) && program.exit !== undefined && !said(program, /\S/),
    ),
    programs: {
      'only an exit code': replaceIn(
        'fail.ts',
        'console.error(messageOf(error))',
        'String(error)',
      ),
    },
  },
  {
    id: 's1-fails-with-code-0',
    likely:
      'it says what is wrong, and then ends as if all were well: exit code 0. Scripts and platforms read nothing else.',
    lookAt: 'with which exit code the program ends after an error',
    matches: about(
      (program, { expected }) => whenItFails(expected) && program.exit?.code === 0,
    ),
    programs: {
      'just prints': replaceIn('fail.ts', 'process.exit(1)', 'process.exit()'),
    },
  },
  {
    id: 's1-other-exit-code',
    likely:
      'it fails with another exit code than 1. Whoever calls the program has to know what a code means.',
    lookAt: 'with which exit code the program ends after an error',
    matches: about(
      ({ exit }, { expected }) =>
        whenItFails(expected) && typeof exit?.code === 'number' && exit.code !== 1,
    ),
    programs: {
      two: replaceIn('fail.ts', 'process.exit(1)', 'process.exit(2)'),
    },
  },
  {
    id: 's1-reason-on-stdout',
    likely:
      'the reason is printed on stdout. What went wrong belongs on stderr: stdout is often handed on to another program.',
    lookAt: 'with what the reason is printed',
    matches: about(
      (program, { received }) =>
        received === 'stderr is empty' && said(program, /\S/, 'stdout'),
    ),
    programs: {
      'console.log': replaceIn('fail.ts', 'console.error(', 'console.log('),
    },
  },
  {
    id: 's1-one-line-for-all',
    likely:
      'two different causes are reported in the same words. Whoever reads them at night cannot tell what to repair.',
    lookAt: 'where the error that tells the cause gets lost',
    matches: ({ received }) => received.startsWith('the same both times'),
    programs: {
      'one sentence': replaceIn('ping.ts', '${describeError(error)}', 'cannot be reached'),
    },
  },
]
