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
      'No worker received the job, and the user gets no error. PUBLISH returned 0: the job is lost.',
    lookAt: 'the return value of `publish()`',
    matches: ({ expected }) => expected.includes('to be answered with an error'),
    programs: {
      'says only how many': replaceIn(
        'sockets.ts',
        "receivers > 0 ? { receivers } : { error: 'no worker is running' }",
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
      'JSON.parse throws in a message handler. In an async handler that ends the program, in another one it loses the messages of the same packet.',
    lookAt: 'every `JSON.parse()` of a message',
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
      'You call the acknowledgement without a check. A client that does not ask for one sends no function.',
    lookAt: 'the last argument of the `job` handler: is it a function?',
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
    likely: 'An invalid job from a browser ends the web instance.',
    lookAt: 'what you do with the request before it is validated',
    matches: (evidence) => fell('web', evidence) && inGoal('malformed messages stop')(evidence),
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
      'An unknown or invalid job ends the worker. Any program that reaches Redis can publish.',
    lookAt: 'what the worker does with a name or an input that it does not know',
    matches: (evidence) =>
      fell('worker', evidence) && inGoal('malformed messages stop')(evidence),
    programs: {
      'throws at what it does not know': combine(
        replaceIn(
          'worker.ts',
          'return console.warn(`ignored, not a job: ${channel.slice(0, 80)}`)',
          "throw new Error('no such job')",
        ),
        replaceIn(
          'worker.ts',
          'onJob(client, message, channel).catch((error) => console.error(`${channel}:`, error))',
          'void onJob(client, message, channel)',
        ),
      ),
    },
  },
  {
    id: 's6-sigterm-too-late',
    likely:
      'The shutdown waits too long: for a job, or for connections that browsers keep open.',
    lookAt: 'everything that you await after SIGTERM: does each have a limit?',
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
          '    io.engine.close() // browsers reconnect by themselves, to another instance\n',
          '',
        ),
      ),
    },
  },
  {
    id: 's6-blocking-work',
    likely:
      'The heavy work runs in the thread that also handles messages, so the process cannot react until it is finished.',
    lookAt: 'where the counting is done: it needs a worker thread',
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
