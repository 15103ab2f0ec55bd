import {
  type CommandEvent,
  type Diagnosis,
  type Evidence,
  commands,
  crashed,
  uncaughtError,
} from '../../../workshop/check/suite.ts'
import {
  appsOf,
  callsNoFunction,
  hasCrashed,
  hasParseError,
  isAfterInvalidInput,
  messagesOf,
  publishedBy,
  received,
} from './evidence-queries.ts'

/** What goes wrong between a job and its result, and around it. */
export const errors: Diagnosis[] = [
  {
    id: 's6-error-without-fields',
    likely:
      'The answer to a job that no worker received is {}, an object without fields. That is what an Error becomes in JSON.',
    lookAt: 'what `ask()` answers then: an object with a text',
    requires: (evidence) => evidence.fact.expectation === 'no-worker' && isEmptyAck(evidence),
  },
  {
    id: 's6-no-worker-subscribed',
    likely:
      'No worker received the job, and the user gets no error. PUBLISH returned 0: the job is lost.',
    lookAt: 'the return value of `publish()`',
    requires: (evidence) =>
      evidence.fact.expectation === 'no-worker' &&
      !isEmptyAck(evidence) &&
      !hasCrashed('web', evidence) &&
      publishedBy('web', 'JOB:', evidence).at(-1)?.reply === 0,
  },
  {
    id: 's6-always-an-error',
    likely: (evidence) =>
      `PUBLISH returned ${receivers(evidence)[0]?.reply} for a job: a worker received it. You answer it with an error, as if no worker had.`,
    lookAt:
      'the condition in `ask()`: it compares the number that `await client.publish()` returns, and 1 receiver is enough',
    requires: (evidence) =>
      evidence.fact.expectation === 'always-an-error' && receivers(evidence).length > 0,
    shows: receivers,
  },
  {
    id: 's6-json-parse-throws',
    likely:
      'JSON.parse throws in a message handler. In an async handler that ends the program, in another one it loses the messages of the same packet.',
    lookAt: 'every `JSON.parse()` of a message',
    requires: hasParseError,
  },
  {
    id: 's6-reply-taken-for-granted',
    likely:
      'You call the acknowledgement without a check. A client that does not ask for one sends no function.',
    lookAt: 'the last argument of the `job` handler: is it a function?',
    requires: (evidence) => isAfterInvalidInput(evidence) && callsNoFunction(evidence),
  },
  {
    id: 's6-bad-job-ends-web',
    likely: 'An invalid job from a browser ends the web instance.',
    lookAt: 'what you do with the request before it is validated',
    requires: (evidence) =>
      evidence.fact.expectation === 'after-invalid-jobs' &&
      hasCrashed('web', evidence) &&
      !callsNoFunction(evidence) &&
      !hasParseError(evidence),
  },
  {
    id: 's6-bad-message-ends-web',
    likely: 'A malformed message on a DONE or PROGRESS channel ends the web instance.',
    lookAt: 'what the web instance does with a message before it is validated',
    requires: (evidence) =>
      evidence.fact.expectation === 'after-malformed-messages' &&
      hasCrashed('web', evidence) &&
      !hasParseError(evidence),
  },
  {
    id: 's6-bad-job-ends-worker',
    likely: (evidence) => {
      const { message } = workerError(evidence) ?? {}
      const what =
        evidence.fact.expectation === 'after-invalid-jobs'
          ? 'An unknown or invalid job'
          : 'A malformed message, or one on a malformed channel such as `JOB:` or `JOB:a:b:c:d`,'
      return `${what} ends the worker${message ? `: ${message.slice(0, 120).replace(/\.$/, '')}` : ''}. Any program that reaches Redis can publish.`
    },
    lookAt: (evidence) =>
      workerError(evidence)?.frame ??
      'what the worker does with a channel, a name or an input that it does not know',
    requires: (evidence) =>
      isAfterInvalidInput(evidence) &&
      hasCrashed('worker', evidence) &&
      received('worker', 'JOB:', evidence).length > 0 &&
      !hasParseError(evidence),
    shows: (evidence) => received('worker', 'JOB:', evidence).map(({ event }) => event),
  },
  {
    id: 's6-job-error-ends-worker',
    likely: (evidence) =>
      `Redis refused the result of a job, and no code caught that error: "${workerError(evidence)?.message}" ended the worker, with all its jobs.`,
    lookAt: (evidence) =>
      `TODO(3) in worker.ts: a \`.catch()\` for the call of doJob(), or a \`try\` with an \`await\` in it${workerError(evidence)?.frame ? `; the error comes from ${workerError(evidence)?.frame}` : ''}`,
    requires: (evidence) =>
      evidence.fact.expectation === 'after-refused-result' &&
      hasCrashed('worker', evidence) &&
      workerError(evidence) !== undefined,
  },
  {
    id: 's6-sigterm-too-late',
    likely: ({ fact }) =>
      fact.app === 'web.1'
        ? 'The web instance is still running 2 seconds after SIGTERM. Browsers keep their connections open, so a shutdown that waits for them needs a limit.'
        : 'The worker is still running 2 seconds after SIGTERM. A job can take longer than that, so a shutdown that waits for it needs a limit.',
    lookAt: 'everything that you await after SIGTERM: does each have a limit?',
    requires: ({ fact }) => fact.kind === 'exit-missing' && fact.expectation === 'during-job',
  },
  {
    id: 's6-blocking-work',
    explainsBusyThread: true,
    likely:
      'The heavy work runs in the thread that also handles messages, so the process cannot react until it is finished.',
    lookAt: 'where the counting is done: it needs a worker thread',
    requires: ({ fact, app }) => {
      const job = app && messagesOf(app, 'JOB:').at(-1)
      return (
        (fact.kind === 'connection-lost' || fact.kind === 'http-missing') &&
        fact.expectation === 'during-job' &&
        !app?.exit &&
        // A thread would have reported its progress meanwhile.
        !(job && commands(app).some(({ seq, name }) => seq > job.seq && name === 'PUBLISH'))
      )
    },
  },
]

function isEmptyAck({ fact }: Evidence): boolean {
  return fact.kind === 'ack-wrong' && JSON.stringify(fact.args) === '[{}]'
}

// The jobs that a worker received.
function receivers(evidence: Evidence): CommandEvent[] {
  return publishedBy('web', 'JOB:', evidence).filter(({ reply }) => Number(reply) > 0)
}

// The error that ended the worker.
function workerError(evidence: Evidence) {
  const app = appsOf('worker', evidence).find(crashed)
  return app && uncaughtError(app)
}
