import {
  type KnownMistake,
  combine,
  replaceIn,
  printedOnStderr,
} from '../../../workshop/check/suite.ts'
import { fell, inGoal } from './evidence-queries.ts'

const unparsable = /not valid JSON|in JSON at|end of JSON/

/** What goes wrong between a job and its result, and around it. */
export const trouble: KnownMistake[] = [
  {
    id: 's6-no-worker-listening',
    likely:
      'no worker listens, and the user waits for ever. PUBLISH answers how many have heard it: 0 means that this job is lost.',
    lookAt: 'the value that `publish()` returns',
    matches: ({ expected }) => expected.includes('to be answered with an error'),
    programs: {
      'says only how many': replaceIn(
        'sockets.ts',
        "receivers > 0 ? { receivers } : { error: 'nobody is listening' }",
        '{ receivers }',
      ),
      'does not answer': replaceIn(
        'sockets.ts',
        "if (typeof reply === 'function') reply(answer)",
        'answer',
      ),
    },
  },
  {
    id: 's6-json-parse-throws',
    likely:
      'a message that is not JSON makes the handler throw. An error in an async handler ends the program; in another one it takes the messages that came with it along.',
    lookAt: 'every `JSON.parse()`: what happens when it throws?',
    matches: (evidence) => printedOnStderr(evidence, unparsable),
    programs: {
      'in the worker': replaceIn(
        'worker.ts',
        "'JOB:*', (message, channel) => {",
        "'JOB:*', (message, channel) => {\n    JSON.parse(message)",
      ),
      'in an async handler': replaceIn(
        'worker.ts',
        "'JOB:*', (message, channel) => {",
        "'JOB:*', async (message, channel) => {\n    JSON.parse(message)",
      ),
      'in the web instance': replaceIn(
        'web.ts',
        '(message, channel) => {',
        '(message, channel) => {\n      JSON.parse(message)',
      ),
    },
  },
  {
    id: 's6-reply-taken-for-granted',
    likely:
      'the acknowledgement is called although there is none: a client that does not want one sends no function, and one that means harm sends something else.',
    lookAt: 'the last argument of the handler of `job`: is it a function?',
    matches: (evidence) =>
      fell('web', evidence) && printedOnStderr(evidence, /is not a function/),
    programs: {
      'calls it anyway': replaceIn(
        'sockets.ts',
        "if (typeof reply === 'function') reply(answer)",
        'reply(answer)',
      ),
    },
  },
  {
    id: 's6-bad-job-ends-web',
    likely:
      'a job that is not what was expected ends the web instance, and with it every user it has: a browser can send anything.',
    lookAt: 'what is done with the request before it is looked at',
    matches: (evidence) => fell('web', evidence) && inGoal('hurt nobody')(evidence),
    programs: {
      'reads fields of nothing': combine(
        replaceIn(
          'sockets.ts',
          'const { name, input } = fieldsOf(request)',
          'const { name, input } = request',
        ),
        replaceIn(
          'sockets.ts',
          'await ask(client, socket, request).catch(onPublishError)',
          'await ask(client, socket, request)',
        ),
      ),
    },
  },
  {
    id: 's6-bad-job-ends-worker',
    likely:
      'a job that nobody knows ends the worker. Anybody who reaches Redis can publish, so the worker has to look before it begins.',
    lookAt: 'what the worker does with a name or an input it does not know',
    matches: (evidence) => fell('worker', evidence) && inGoal('hurt nobody')(evidence),
    programs: {
      'throws at what it does not know': combine(
        replaceIn(
          'worker.ts',
          'return console.warn(`ignored, not a job: ${channel.slice(0, 80)}`)',
          "throw new Error('no such job')",
        ),
        replaceIn(
          'worker.ts',
          'hearJob(client, message, channel).catch((error) => console.error(`${channel}:`, error))',
          'void hearJob(client, message, channel)',
        ),
      ),
    },
  },
  {
    id: 's6-sigterm-too-late',
    likely:
      'the farewell waits too long: for a job, or for connections that browsers keep open. A PaaS does not wait, it kills.',
    lookAt: 'everything that is awaited after SIGTERM: does each have a limit?',
    matches: ({ expected, programs, about }) =>
      /end within 2 seconds of SIGTERM/.test(expected) &&
      (about?.name.startsWith('web') === true ||
        programs.some(({ lines }) => lines.some(({ text }) => /wait/i.test(text)))),
    programs: {
      'waits for its job': combine(
        replaceIn('shutdown.ts', 'const LIMIT_MS = 1000', 'const LIMIT_MS = 60_000'),
        replaceIn(
          'worker.ts',
          '    await started\n    client2',
          "    await started\n    console.log('waiting for the job')\n    await new Promise((_) => setTimeout(_, 30_000))\n    client2",
        ),
      ),
      'waits for its browsers': combine(
        replaceIn('shutdown.ts', 'const LIMIT_MS = 1000', 'const LIMIT_MS = 60_000'),
        replaceIn('server.ts', 'const GRACE_MS = 600', 'const GRACE_MS = 30_000'),
        replaceIn(
          'web.ts',
          '    io.engine.close() // browsers come back by themselves, to another instance\n',
          '',
        ),
      ),
    },
  },
  {
    id: 's6-blocking-work',
    likely:
      'the heavy work is done in the thread that should listen. Until it is finished the process hears no other job, no signal, and not even that its connection is gone.',
    lookAt: 'where the counting is done: it needs a thread of its own',
    matches: inGoal('stay responsive'),
    programs: {
      'in the handler': combine(
        replaceIn('worker.ts', 'await countInThread(input', 'countPrimes(input'),
        replaceIn(
          'worker.ts',
          "import { countInThread, runInThread, withLimit } from './worker-thread.ts'",
          "import { countPrimes } from './primes.ts'\nimport { runInThread, withLimit } from './worker-thread.ts'",
        ),
      ),
    },
  },
]
