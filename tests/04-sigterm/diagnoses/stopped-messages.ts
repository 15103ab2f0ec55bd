import {
  type AppEvidence,
  type Diagnosis,
  type Evidence,
  forApp,
  parseJsonObject,
} from '../../../workshop/check/suite.ts'
import {
  crashesAfterStopped,
  handles,
  isSignalled,
  isStoppedMissing,
  publishedNext,
  sigtermListeners,
  signalledOnce,
  signalledOnceSlowly,
  stoppedMessages,
} from './shutdown-queries.ts'

/** It handles SIGTERM, and does not publish what the goal asks for, or more than that. */
export const stopping: Diagnosis[] = [
  {
    id: 's4-stopped-late',
    likely:
      'You publish `stopped` late: the shutdown waits for something else first. A platform may kill the process before.',
    lookAt: 'what is awaited between the signal and `publish()`',
    requires: forApp(
      (app, evidence) => isStoppedMissing(evidence) && stoppedMessages(app).length > 0,
    ),
  },
  {
    id: 's4-stopped-elsewhere',
    likely: 'You publish `stopped` on another channel, to which no instance is subscribed.',
    lookAt: 'the channel in `publish()`: the goal has it word for word',
    requires: forApp(
      (app, evidence) =>
        stopsOtherwise(app, evidence) && publishedNext(app)?.[0] !== 'instances',
    ),
  },
  {
    id: 's4-stopped-other-content',
    likely: ({ app }) => {
      const { instance, event } = parseJsonObject((app && publishedNext(app)?.[1]) ?? '')
      return app && instance === app.name && typeof event === 'string'
        ? `The message that you publish at shutdown has the event "${event.slice(0, 40)}" instead of "stopped".`
        : 'The message that you publish at shutdown has other content than the goal: JSON with the name of the instance and the event `stopped`.'
    },
    lookAt: 'the call that publishes at shutdown; compare Received with Expected',
    requires: forApp(
      (app, evidence) =>
        stopsOtherwise(app, evidence) && publishedNext(app)?.[0] === 'instances',
    ),
  },
  {
    id: 's4-stopped-never-sent',
    likely:
      'You handle SIGTERM, publish nothing, and the process keeps running: with a listener for SIGTERM Node.js no longer ends it.',
    lookAt:
      'your listener for SIGTERM: does it call `publish()`? A `return` or a condition before that can end it, and in `() => async () => …` it only returns a function, which nothing calls',
    requires: forApp(
      (app, evidence) =>
        isStoppedMissing(evidence) &&
        !app.exit &&
        handles(app, 'SIGTERM') &&
        publishedNext(app) === undefined,
    ),
  },
  {
    id: 's4-listener-per-message',
    likely:
      'You add a listener for SIGTERM with each message, and each of them publishes `stopped`.',
    lookAt: "`process.on('SIGTERM', …)`: in the handler of messages, or at startup?",
    requires: (evidence) => isRepeated(evidence) && evidence.apps.some(addsListeners),
  },
  {
    id: 's4-double-stopped',
    likely: 'You publish `stopped` twice for one signal: from two places, or in two listeners.',
    lookAt: "every place that publishes 'stopped', and every listener for SIGTERM",
    requires: (evidence) =>
      isRepeated(evidence) &&
      !evidence.apps.some(addsListeners) &&
      signalledOnce(evidence).some((app) => stoppedMessages(app).length > 1),
  },
  {
    id: 's4-fails-after-stopped',
    uncertain: true,
    likely: 'After `stopped` an error that no code caught ends the program.',
    lookAt: 'the error below: is a connection closed twice, or used after it was closed?',
    requires: (evidence) =>
      evidence.fact.kind === 'exit-wrong' &&
      evidence.apps.filter((app) => isSignalled(app) && app.exit).every(crashesAfterStopped),
  },
  {
    id: 's4-stopped-repeated',
    likely:
      'You publish `stopped` again while the first message has been sent and is not answered yet: an instance that got SIGTERM once did so, too. A command that has been sent is not undone by a time limit, and Redis delivers both.',
    lookAt:
      'what repeats `publish()` in your shutdown: a time limit may end the wait for the reply, and not send the message again',
    requires: (evidence) =>
      isRepeated(evidence) &&
      !evidence.apps.some(addsListeners) &&
      signalledOnce(evidence).some((app) => stoppedMessages(app).length === 1) &&
      signalledOnceSlowly(evidence).some((app) => stoppedMessages(app).length > 1),
  },
  {
    id: 's4-not-idempotent',
    likely:
      'The second SIGTERM starts the shutdown again. A platform may send the signal more than once.',
    lookAt: 'your listener for SIGTERM: how does it know that a shutdown is running?',
    requires: (evidence) =>
      (isRepeated(evidence) || evidence.fact.expectation === 'second-signal') &&
      !evidence.apps.some(addsListeners) &&
      signalledOnce(evidence).some((app) => stoppedMessages(app).length === 1) &&
      signalledOnceSlowly(evidence).some((app) => stoppedMessages(app).length === 1) &&
      !(
        evidence.fact.kind === 'exit-wrong' && signalledOnce(evidence).some(crashesAfterStopped)
      ),
  },
]

// It published something else after its announcement.
function stopsOtherwise(app: AppEvidence, evidence: Evidence): boolean {
  return (
    isStoppedMissing(evidence) &&
    isSignalled(app) &&
    stoppedMessages(app).length === 0 &&
    publishedNext(app) !== undefined
  )
}

function isRepeated({ fact }: Evidence): boolean {
  return fact.kind === 'command-repeated' && fact.fields?.['event'] === 'stopped'
}

function addsListeners(app: AppEvidence): boolean {
  return stoppedMessages(app).length > 2 && sigtermListeners(app) > 2
}
