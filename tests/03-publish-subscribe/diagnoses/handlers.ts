import {
  type AppEvidence,
  type CommandEvent,
  type Diagnosis,
  type Evidence,
  countReceived,
  firstCut,
  forApp,
  parseJsonObject,
  published,
  receivedMessages,
  stderrMatches,
  stdoutMatches,
  subscriptions,
} from '../../../workshop/check/suite.ts'
import {
  printsTooOften,
  publishesOnlyAsAnswer,
  subscribedConnections,
  timesPrinted,
} from '../../shared/announcement-queries.ts'

/** What can go wrong with a message that has arrived. */
export const handlers: Diagnosis[] = [
  {
    id: 's3-v3-message-event',
    explainsCodeError: true,
    likely:
      "`subscribe()` got no function as its handler, the second argument. Version 3 of the package emitted 'message' events instead.",
    lookAt:
      'the arguments of `subscribe()`: the second is the function itself. One that is called there, with `()`, passes on its result, and a `const` below an `await` has no value yet',
    requires: forApp((app) => stderrMatches(app, /listener is not a function/)),
  },
  {
    id: 's3-listener-args-swapped',
    likely:
      "You swapped the handler's arguments: the first is the message, the second the channel.",
    lookAt: 'the names in front of the `=>`',
    requires: forApp(
      (app) =>
        stderrMatches(app, /"instances" is not valid JSON/) ||
        stdoutMatches(app, /^instances\b/),
    ),
  },
  {
    id: 's3-announces-again',
    likely: (evidence) =>
      repeaters(evidence).some(announcesInReply)
        ? 'Your program publishes `started` again after messages that it received: the handler publishes, and each of these messages leads to the next.'
        : 'Your program announces itself more than once. The other instances take each announcement for another start.',
    lookAt: 'how often `announce()` is called, and from where: is it called in the handler?',
    requires: (evidence) => repeaters(evidence).length > 0,
    sameCauseAs: ['s3-announces-twice'],
    shows: (evidence) =>
      repeaters(evidence)
        .slice(0, 1)
        .flatMap((app) =>
          [...announcements(app), ...receivedMessages(app)]
            .toSorted((a, b) => a.seq - b.seq)
            .slice(0, 6),
        ),
  },
  {
    id: 's3-late-joiner-expects-history',
    likely:
      'Your program prints what happened before it started. A channel keeps nothing. History needs a list or a stream, which is another lesson.',
    lookAt: 'the commands beside PUBLISH and SUBSCRIBE on the wire',
    requires: forApp(
      (app) =>
        app.name !== 'web.1' &&
        timesPrinted(app, 'web.1') > 0 &&
        countReceived(app, 'web.1') === 0,
    ),
  },
  {
    id: 's3-client-per-message',
    likely:
      'Your handler makes a new client for every message. The connections pile up until Redis refuses more.',
    lookAt: '`createClient()`, `newClient()` and `duplicate()`: how often does that line run?',
    requires: ({ fact }) => fact.kind === 'growth' && fact.what === 'connections',
  },
  {
    id: 's3-resubscribe-on-ready',
    likely:
      'After a reconnect your handler runs twice per message. The client subscribes again by itself; another subscribe() of your own adds a second handler.',
    lookAt: "`on('ready')`, `on('connect')` and what else runs at every reconnect",
    requires: forApp((app) => firstCut(app) !== undefined && printsTooOften(app)),
  },
  {
    id: 's3-several-subscribed',
    likely: 'More than one connection is subscribed, so every message arrives more than once.',
    lookAt:
      'how often `subscribe()` is called, and on which clients: `client2` alone subscribes',
    requires: forApp(
      (app, { fact }) =>
        subscribedConnections(app) > 1 &&
        !firstCut(app) &&
        (fact.kind === 'connection-shared' ||
          printsTooOften(app) ||
          timesPrinted(app, app.name) > countReceived(app, app.name)),
    ),
    shows: ({ app }) => (app ? [...subscriptions(app), ...published(app)] : []),
  },
  {
    id: 's3-subscribed-twice',
    likely:
      'One message is handled more than once: the handler is subscribed several times, or it prints several times.',
    lookAt:
      'how often `subscribe()` is called. Every call adds a handler, also for the same channel',
    requires: forApp(
      (app) => connectionsWithMessages(app) === 1 && !firstCut(app) && printsTooOften(app),
    ),
  },
]

function announcements(app: AppEvidence): CommandEvent[] {
  return published(app).filter(({ args }) => /started/.test(args[1] ?? ''))
}

// The apps that have announced themselves more than once, with nothing cut.
function repeaters({ apps }: Evidence): AppEvidence[] {
  return apps.filter(
    (app) =>
      announcements(app).length > 1 &&
      countReceived(app) > 1 &&
      !publishesOnlyAsAnswer(app) &&
      !firstCut(app),
  )
}

// Between two of its announcements it received one of another instance.
function announcesInReply(app: AppEvidence): boolean {
  const [first, ...more] = announcements(app).map(({ seq }) => seq)
  const others = receivedMessages(app).filter(
    ({ args }) => parseJsonObject(args.at(-1) ?? '')['instance'] !== app.name,
  )
  return more.every((seq) =>
    others.some((other) => other.seq > (first ?? seq) && other.seq < seq),
  )
}

function connectionsWithMessages(app: AppEvidence): number {
  return new Set(receivedMessages(app).map(({ connection }) => connection)).size
}
