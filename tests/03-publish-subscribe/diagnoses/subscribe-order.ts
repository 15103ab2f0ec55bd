import {
  type AppEvidence,
  type CommandEvent,
  type Diagnosis,
  commands,
  crashed,
  forApp,
  hasFields,
  published,
  receivedMessages,
  subscribedTo,
  subscriptions,
} from '../../../workshop/check/suite.ts'
import { publishesOnlyAsAnswer } from '../../shared/announcement-queries.ts'

/** Publishing before the subscription is confirmed, and not doing one of the two. */
export const subscribeOrder: Diagnosis[] = [
  {
    id: 's3-never-subscribes',
    likely:
      'Your program publishes and never subscribes, so it receives no message, not even its own.',
    lookAt: 'TODO(1) and TODO(2): a second connection, and its subscription',
    requires: forApp(
      (app) =>
        published(app).length > 0 &&
        subscribedTo(app).length === 0 &&
        commands(app, 'SSUBSCRIBE').length === 0,
    ),
  },
  {
    id: 's3-publishes-only-as-answer',
    likely:
      'You publish inside the handler: it waits for a message, and no instance sends the first one.',
    lookAt: 'where you call `announce()`: in the handler, or after `subscribe()`?',
    requires: forApp(publishesOnlyAsAnswer),
  },
  {
    id: 's3-never-publishes',
    likely: 'Your program subscribes, and has not published anything.',
    lookAt:
      "where you publish, and whether that code is ever reached; it belongs after `await` of `subscribe()`, as the package has no 'subscribe' event any more",
    requires: forApp(
      (app) => !crashed(app) && subscribedTo(app).length > 0 && published(app).length === 0,
    ),
    sameCauseAs: [
      's3-closed-too-early',
      's3-publisher-not-connected',
      's3-not-pub-sub',
      's3-non-string-message',
    ],
  },
  {
    id: 's3-announces-twice',
    likely:
      'You publish `started` twice at startup: once before Redis has confirmed the subscription, when your program cannot receive it, and once after that. The second one is right.',
    lookAt: 'every call of `announce()` and `publish()`: remove the one that runs first',
    requires: forApp(announcesTwice),
    shows: ({ app }) => (app ? [...announcements(app), subscriptions(app)[0]] : []),
  },
  {
    id: 's3-connect-not-awaited-order',
    likely:
      'You do not wait for the second connection. Each client sends its commands as soon as it is connected, so either can be first.',
    lookAt:
      'every promise without `await`: those of `connect()`, and of functions that connect',
    requires: forApp((app, { apps }) => isRace(app) && connectsLate(app, apps[1])),
  },
  {
    id: 's3-publish-before-subscribe',
    likely: 'You publish before you subscribe. Redis keeps no message, so your own is lost.',
    lookAt: 'the order of the lines that subscribe and publish',
    requires: forApp(
      (app, { apps }) =>
        isRace(app) && !connectsLate(app, apps[1]) && publishSeq(app) < subscribeSeq(app),
    ),
  },
  {
    id: 's3-subscribe-not-awaited',
    likely:
      'You publish before Redis has confirmed the subscription: subscribe() returns a promise, and the code that publishes does not wait for it.',
    lookAt:
      'the line with `subscribe()`: what must wait for its promise? `setTimeout()` only guesses how long Redis takes, `Promise.all()` starts all at once, and so does `.then(announce())`; `.then(() => announce())` waits',
    requires: forApp(
      (app, { apps }) =>
        isRace(app) && !connectsLate(app, apps[1]) && publishSeq(app) > subscribeSeq(app),
    ),
  },
]

function announcements(app: AppEvidence): CommandEvent[] {
  const right = { instance: app.name, event: 'started' }
  return published(app).filter(({ args }) => hasFields(args[1] ?? '', right))
}

function announcement(app: AppEvidence): CommandEvent | undefined {
  return announcements(app)[0]
}

function publishSeq(app: AppEvidence): number {
  return announcement(app)?.seq ?? Infinity
}

function subscribeSeq(app: AppEvidence): number {
  return subscriptions(app)[0]?.seq ?? Infinity
}

// It published before Redis had confirmed its subscription, and not once more after that.
function isRace(app: AppEvidence): boolean {
  return publishesEarly(app) && !announcesTwice(app)
}

function publishesEarly(app: AppEvidence): boolean {
  const confirmed = subscriptions(app)[0]?.replySeq
  return confirmed !== undefined && publishSeq(app) < confirmed
}

// It published early, and the same after the confirmation, when no message asked for that.
function announcesTwice(app: AppEvidence): boolean {
  const again = announcements(app)[1]?.seq ?? 0
  const message = receivedMessages(app)[0]?.seq ?? Infinity
  const confirmed = subscriptions(app)[0]?.replySeq ?? Infinity
  return publishesEarly(app) && again > confirmed && again < message
}

// `late` is the same program, with an extra delay on the connection that subscribes: what it
// sends there waits until something is published, and what is published waits in turn.
function connectsLate(app: AppEvidence, late: AppEvidence | undefined): boolean {
  const subscriber = subscriptions(app)[0]?.connection
  if (!late || !subscriber) return false
  const there = late.wire.filter(({ connection }) => connection === subscriber)
  const opened = there.find(({ kind }) => kind === 'open')?.seq ?? Infinity
  const greeted = commands({ ...late, wire: there })[0]?.replySeq ?? Infinity
  if (opened < publishSeq(late)) return publishSeq(late) < greeted
  return subscribeSeq(late) < (announcement(late)?.replySeq ?? Infinity)
}
