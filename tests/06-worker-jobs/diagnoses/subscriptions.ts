import {
  type AppEvidence,
  type CommandEvent,
  type Diagnosis,
  type Evidence,
  commands,
  firstCut,
  isCommand,
  matchesGlob,
  subscriptions as subscriptionsOf,
} from '../../../workshop/check/suite.ts'
import {
  appsOf,
  hasCrashed,
  hasNoHandler,
  hasParseError,
  isResultMissing,
  messagesOf,
  publishedBy,
  received,
  subscribedBy,
  warnsOfMessage,
} from './evidence-queries.ts'
import { isFirstRepeated } from './repeated-results.ts'

/** Which program receives what, and how often? */
export const subscriptions: Diagnosis[] = [
  {
    id: 's6-result-loop',
    likely: (evidence) =>
      publishedBy('worker', 'JOB:', evidence).length >
      publishedBy('web', 'JOB:', evidence).length
        ? "The result is on a channel that the worker's own pattern matches, so the worker receives it as a new job, again and again."
        : "The result is on a channel that the worker's own pattern matches, so the worker receives it, and no web instance does.",
    lookAt: 'the channel of the result: it should begin with DONE',
    requires: (evidence) =>
      publishedBy('worker', 'JOB:', evidence).some(({ args: [channel] }) =>
        received('worker', 'JOB:', evidence).some((message) => message.channel === channel),
      ),
  },
  {
    id: 's6-subscribe-literal-star',
    likely:
      'You subscribe to a name that contains a star. subscribe() takes names literally; patterns need pSubscribe().',
    lookAt: 'the call that subscribes with a star',
    requires: (evidence) => subscribesLiterally(evidence),
  },
  {
    id: 's6-pattern-too-wide',
    likely:
      'The pattern of the web instance also matches JOB channels, so PUBLISH counts the web instance as a receiver of jobs.',
    lookAt: 'the pattern of the web instance',
    requires: (evidence) => received('web', 'JOB:', evidence).length > 0,
  },
  {
    id: 's6-result-published-twice',
    likely: 'The worker publishes the result of one job more than once.',
    lookAt: 'how often `publish()` runs for one job, and how often the worker subscribes',
    requires: (evidence) => isDoneRepeated(evidence) && mostPublished(evidence) > 1,
  },
  {
    id: 's6-patterns-overlap',
    likely:
      'Two patterns match the same channel, and Redis delivers the message once for each.',
    lookAt: 'all subscriptions: does one pattern include the other?',
    requires: (evidence) =>
      isDoneRepeated(evidence) && mostPublished(evidence) === 1 && mostReceived(evidence) > 1,
  },
  {
    id: 's6-adapter',
    likely:
      "Socket.IO's Redis adapter passes each `emit()` to all web instances, and each of them emits `done` already when it receives the result.",
    lookAt: '`createAdapter()`: leave it out, or emit with `io.local`',
    shows: (evidence) => appsOf('web', evidence).map((app) => passedOn(app)),
    requires: (evidence) =>
      isDoneRepeated(evidence) && mostPublished(evidence) === 1 && hasAdapter(evidence),
  },
  {
    id: 's6-subscribe-per-request',
    likely:
      'Redis delivers the result to each instance once, and you emit `done` more than once: several handlers receive it, or one emits in a loop.',
    lookAt:
      'how often `pSubscribe()` is called, at the start and for each connection or job: each call adds a handler',
    requires: (evidence) =>
      isDoneRepeated(evidence) &&
      mostPublished(evidence) === 1 &&
      mostReceived(evidence) === 1 &&
      !hasAdapter(evidence),
  },
  {
    id: 's6-resubscribe-on-ready',
    likely:
      'After a reconnect you emit `done` more than once per message. The client subscribes again by itself; another `pSubscribe()` of your own adds a second handler.',
    lookAt: "`on('ready')`, `on('connect')` and what else runs at every reconnect",
    requires: (evidence) =>
      evidence.fact.kind === 'event-repeated' &&
      evidence.fact.expectation === 'after-cut' &&
      evidence.fact.seen > 1 &&
      !isFirstRepeated(evidence) &&
      mostPublished(evidence) === 1,
    shows: (evidence) => {
      const cut = appsOf('web', evidence).find((app) => firstCut(app))
      if (!cut) return []
      const patterns = subscriptionsOf(cut).filter(({ name }) => name === 'PSUBSCRIBE')
      return [firstCut(cut), ...patterns, messagesOf(cut, 'DONE:').at(-1)?.event]
    },
  },
  {
    id: 's6-worker-not-subscribed',
    likely: 'The worker has subscribed to no channel of jobs, so it receives none.',
    lookAt: 'TODO(3) in `worker.ts`: `pSubscribe()`, and whether that line is reached',
    requires: ({ fact, app }) =>
      fact.kind === 'command-missing' &&
      fact.command === 'PSUBSCRIBE' &&
      fact.instead === undefined &&
      app?.name === 'worker.1' &&
      !app.exit,
  },
  {
    id: 's6-web-not-subscribed',
    likely:
      'The worker published the result and PUBLISH returned 0: no web instance subscribes to DONE channels.',
    lookAt: 'TODO(4) in `web.ts`: what the web instance subscribes to at its start',
    requires: (evidence) =>
      isResultMissing(evidence) &&
      !hasCrashed('web', evidence) &&
      !subscribesLiterally(evidence) &&
      publishedBy('worker', 'DONE:', evidence).some(({ reply }) => reply === 0),
  },
  {
    id: 's6-pattern-too-narrow',
    likely: (evidence) =>
      `The worker subscribes to ${workerPatterns(evidence).join(' and ')}, which does not match the channel of the job, so PUBLISH returned 0.`,
    lookAt: 'the pattern of the worker and the channel of the job, character by character',
    requires: (evidence) => {
      const jobs = publishedBy('web', 'JOB:', evidence)
      const patterns = workerPatterns(evidence)
      return (
        patterns.length > 0 &&
        jobs.some(
          ({ args: [channel = ''], reply }) =>
            reply === 0 && !patterns.some((pattern) => matchesGlob(pattern, channel)),
        )
      )
    },
  },
  {
    id: 's6-no-handler',
    explainsCodeError: true,
    likely: 'A subscription has no function to call, so an error is printed for each message.',
    lookAt:
      "the arguments of `pSubscribe()`: a pattern or a list of patterns, then the handler; the package has no event 'pmessage' any more",
    requires: (evidence) => isResultMissing(evidence) && hasNoHandler(evidence),
    shows: ({ apps }) =>
      apps
        .flatMap(({ wire }) => wire.filter(isCommand))
        .filter(({ name }) => name === 'PSUBSCRIBE'),
  },
  {
    id: 's6-pmessage-args',
    likely:
      'Message and channel are swapped: what you print shows the message in the place of the channel. node-redis passes the message first, then the channel.',
    lookAt: (evidence) =>
      `the handler of \`pSubscribe()\` in \`${warnsOfMessage(evidence)}.ts\`: its parameters, and the arguments of the call in it`,
    requires: (evidence) =>
      isResultMissing(evidence) &&
      !hasParseError(evidence) &&
      !hasCrashed('worker', evidence) &&
      warnsOfMessage(evidence) !== undefined,
  },
]

function subscribesLiterally(evidence: Evidence): boolean {
  return (['worker', 'web'] as const).some((role) =>
    subscribedBy(role, 'SUBSCRIBE', evidence).some((name) => name.includes('*')),
  )
}

function workerPatterns(evidence: Evidence): string[] {
  return subscribedBy('worker', 'PSUBSCRIBE', evidence)
}

function isDoneRepeated({ fact }: Evidence): boolean {
  return (
    fact.kind === 'event-repeated' &&
    fact.event === 'done' &&
    fact.seen > 1 &&
    fact.expectation === undefined
  )
}

/** How often the result was published that was published most often. */
function mostPublished(evidence: Evidence): number {
  return mostOf(publishedBy('worker', 'DONE:', evidence).map(({ args }) => args.join(' ')))
}

/** How often an instance received the result that it received most often. */
function mostReceived(evidence: Evidence): number {
  return Math.max(
    0,
    ...appsOf('web', evidence).map((app) =>
      mostOf(messagesOf(app, 'DONE:').map(({ channel, message }) => `${channel} ${message}`)),
    ),
  )
}

function mostOf(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => texts.filter((other) => other === text).length))
}

function hasAdapter(evidence: Evidence): boolean {
  return appsOf('web', evidence).some((app) => passedOn(app) !== undefined)
}

// The latest emit() that an adapter has passed on.
function passedOn(app: AppEvidence): CommandEvent | undefined {
  return commands(app, 'PUBLISH').findLast(({ args: [channel = ''] }) =>
    channel.startsWith('socket.io#'),
  )
}
