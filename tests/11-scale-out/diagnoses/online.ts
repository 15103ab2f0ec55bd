import {
  type AppEvidence,
  type CommandEvent,
  type Diagnosis,
  type Evidence,
  type TraceLine,
  commands,
  firstCut,
  receivedMessages,
  uncaughtError,
} from '../../../workshop/check/suite.ts'
import { failed, textOf } from '../../shared/failed-expectations.ts'
import {
  crossedBy,
  duringOutage,
  isKept,
  lateSubscription,
  onOwnConnections,
  readEarly,
  readTooLate,
  subscribedLate,
  unsubscribeAll,
} from './evidence-queries.ts'
import { isSubscribe, isSubscription } from '../../shared/subscribing.ts'

const waits = 'TODO(3) in catch-up.ts'
const back = 'TODO(4) in subscriptions.ts and chat.ts'
const failedOnce =
  'What you add with then() to a promise that has rejected does not run: keep one that cannot reject'

/** What can be wrong with when a device receives `caughtUp`, and with what it misses. */
export const online: Diagnosis[] = [
  {
    id: 's11-unsubscribes-all',
    likely:
      'You send UNSUBSCRIBE without a channel, which ends all subscriptions of the connection. unsubscribe() with an empty list and without a listener does that.',
    lookAt: 'TODO(2) in subscriptions.ts: unsubscribe(), when no user has left',
    shows: (evidence) => [unsubscribeAll(evidence)],
    requires: (evidence) =>
      evidence.fact.kind === 'event-missing' &&
      evidence.app?.signalled === undefined &&
      unsubscribeAll(evidence) !== undefined,
  },
  {
    id: 's11-no-caught-up',
    likely: 'A device that connects without lastId never receives caughtUp.',
    lookAt: 'catchUp() in catch-up.ts',
    requires: (evidence) => {
      const { fact, app } = evidence
      return (
        fact.kind === 'event-missing' &&
        fact.expectation === 'online' &&
        fact.connected &&
        app !== undefined &&
        commands(app).some((one) => isSubscribe(one) && one.reply !== undefined) &&
        !unsubscribeAll(evidence)
      )
    },
  },
  {
    id: 's11-online-early',
    likely:
      'You send caughtUp before Redis has confirmed the subscription. A message that is sent at that moment does not reach the device.',
    lookAt: ({ fact }) =>
      fact.client?.endsWith('tablet')
        ? 'TODO(2) in subscriptions.ts: refresh() waits also for a command that another device has caused; remember what is confirmed, not what is sent'
        : `${waits}; wait for refresh()`,
    shows: lateSubscription,
    requires: (evidence) =>
      failed('online-early')(evidence) ||
      (failed('across', 'first', 'back', 'live')(evidence) && subscribedLate(evidence)),
  },
  {
    id: 's11-history-first',
    likely:
      'You read the history before the instance is subscribed. A message that is sent in between is in neither.',
    lookAt: `${waits}; first subscribe, then read`,
    shows: readEarly,
    requires: (evidence) =>
      evidence.fact.kind === 'event-missing' && textOf(evidence) === 'in between',
  },
  {
    id: 's11-not-caught',
    likely: ({ app }) =>
      `${app && isBack(app) ? 'After' : 'While'} Redis was offline, an error that no code caught ended ${app?.name}: "${app && uncaughtError(app)?.message}".`,
    lookAt: ({ app }) =>
      `every call of refresh(), which rejects while Redis is offline, needs an \`await\` in a \`try\` or a \`.catch()\`: TODO(3), TODO(4). The error came from ${(app && uncaughtError(app)?.frame) ?? 'a package'}${app && isBack(app) ? `. ${failedOnce}` : ''}`,
    shows: ({ app }) => (app ? [firstCut(app), subscribedAgain(app)] : []),
    requires: ({ app }) => app !== undefined && endedByError(app),
  },
  {
    id: 's11-not-resubscribed',
    likely: 'After the connection to Redis was lost, the instance does not subscribe again.',
    lookAt: `${back}; the package subscribes again by itself when the same client reconnects`,
    requires: failed('again'),
  },
  {
    id: 's11-online-early-again',
    likely:
      'You send caughtUp to a device before Redis has confirmed the subscription on the new connection: either refresh() does not reject while Redis is not connected, or its error does not end catchUp().',
    lookAt:
      'TODO(2) in subscriptions.ts: refresh() rejects while Redis is not connected; TODO(3) in catch-up.ts: no catch before the history is read',
    shows: duringOutage,
    requires: (evidence) =>
      failed('online-early-again')(evidence) && onOwnConnections(evidence).length < 2,
  },
  {
    id: 's11-devices-disconnected',
    likely:
      'Because Redis was offline you disconnect the devices, in a way that ends their attempts to reconnect.',
    lookAt: `${back}, where Redis is lost, and where it is back; socket.conn.close() looks like a lost connection, disconnect() like a decision`,
    requires: ({ fact, app }) =>
      fact.kind === 'event-missing' &&
      fact.expectation === 'online-again' &&
      !fact.connected &&
      app?.exit === undefined,
  },
  {
    id: 's11-live-first',
    likely:
      'You send a live message to a device that still waits for what it missed. From then on its lastId is that of the live message, and what it missed is not sent any more.',
    lookAt: `${waits}; the list in which live messages wait is there before the first await`,
    shows: ({ app, fact }) => {
      if (!app || fact.kind !== 'event-order') return []
      const held = commands(app).findLast(
        (one) => isSubscribe(one) && one.repliedAt !== undefined,
      )
      return [
        held,
        ...fact.expected.slice(0, 2).flatMap((text) => receivedMessages(app, text).slice(0, 1)),
      ]
    },
    requires: failed('live-first'),
  },
  {
    id: 's11-one-device-each',
    likely:
      'When Redis is back, not all devices catch up. The others never get what was sent meanwhile.',
    lookAt: `${back}; call catchUp() for each device, and not once for each user`,
    requires: ({ fact }) =>
      fact.kind === 'event-missing' &&
      fact.expectation === 'online-again' &&
      (fact.reached ?? []).length > 0,
  },
  {
    id: 's11-left-during-outage',
    likely:
      'A user left before the connection to Redis was ready again. The package has restored the subscription for that user, and no UNSUBSCRIBE follows.',
    lookAt:
      'TODO(2) and TODO(4) in subscriptions.ts: the users of a request that fails belong in the next one; and what you remember as subscribed stays, since the package restores all of it before `ready`',
    shows: crossedBy,
    requires: (evidence) => failed('left-during-outage')(evidence) && isKept(evidence),
  },
  {
    id: 's11-lost-request',
    likely:
      'An UNSUBSCRIBE was on its way when the connection was lost. The package has restored the subscription, and the UNSUBSCRIBE is not sent again.',
    lookAt:
      'TODO(2) in subscriptions.ts: the users of a request that fails belong in the next one',
    shows: ({ app, fact }) => [app && lostRequest(app, fact), app && subscribedAgain(app)],
    requires: (evidence) =>
      failed('left-alone')(evidence) &&
      evidence.app !== undefined &&
      lostRequest(evidence.app, evidence.fact) !== undefined,
  },
  {
    id: 's11-left-alone',
    likely:
      'The last device here left while Redis was offline. The package has restored the subscription for its user, and no UNSUBSCRIBE follows: without a device here you do not send what could not be sent during the outage.',
    lookAt:
      "TODO(4) in subscriptions.ts: on 'ready' send the rest at once, and not only with the next refresh()",
    shows: crossedBy,
    requires: (evidence) =>
      failed('left-alone')(evidence) &&
      isKept(evidence) &&
      evidence.app !== undefined &&
      !lostRequest(evidence.app, evidence.fact),
  },
  {
    id: 's11-kept-after-outage',
    likely:
      'A device has stayed connected while Redis was offline. When it leaves later, as the last one of its user, the instance sends no UNSUBSCRIBE. If you count devices, a catchUp() after an outage must not count them again.',
    lookAt:
      'TODO(2) in subscriptions.ts: refresh(); socketsState.has() is true while the user has a device here',
    shows: crossedBy,
    requires: (evidence) => failed('left-after-outage')(evidence) && isKept(evidence),
  },
  {
    id: 's11-rejects-forever',
    likely: ({ app }) =>
      `refresh() still rejects when Redis is back: "${app && rejectedAgain(app)?.text}". One request that failed makes all later ones fail.`,
    lookAt: `TODO(2) in subscriptions.ts: refresh(). ${failedOnce}`,
    shows: duringOutage,
    requires: (evidence) => isNeverCaughtUp(evidence) && rejects(evidence),
  },
  {
    id: 's11-one-after-the-other',
    likely:
      'When Redis is back, a device receives a live message before you read what it missed. That moves its lastId, and the read skips what was stored meanwhile.',
    lookAt:
      'TODO(4) in chat.ts: call catchUp() for all devices, without `await` in the loop. From its start on the live messages of a device wait',
    shows: readTooLate,
    requires: (evidence) =>
      evidence.fact.kind === 'event-missing' &&
      isStoredMeanwhile(evidence) &&
      readTooLate(evidence).length > 0,
  },
  {
    id: 's11-missed-while-offline',
    likely:
      'While Redis was offline messages were stored and not received here. The devices that stayed connected never get them.',
    lookAt: `${back}; call catchUp() for all devices when the client is 'ready' again. At 'connect' it accepts no commands yet`,
    shows: duringOutage,
    requires: (evidence) =>
      evidence.app?.exit === undefined &&
      !rejects(evidence) &&
      readTooLate(evidence).length === 0 &&
      (isNeverCaughtUp(evidence) ||
        (evidence.fact.kind === 'event-missing' &&
          evidence.fact.expectation !== 'online-again' &&
          isStoredMeanwhile(evidence))),
  },
]

function isStoredMeanwhile(evidence: Evidence): boolean {
  return /^(meanwhile|a moment later)$/.test(textOf(evidence))
}

// No device has caught up after the outage.
function isNeverCaughtUp({ fact }: Evidence): boolean {
  return (
    fact.kind === 'event-missing' &&
    fact.expectation === 'online-again' &&
    fact.connected &&
    !fact.reached?.length
  )
}

function rejects({ app }: Evidence): boolean {
  return app !== undefined && rejectedAgain(app) !== undefined
}

// The error that it printed, with a stack from subscriptions.ts, when it was subscribed again.
function rejectedAgain(app: AppEvidence): TraceLine | undefined {
  const confirmed = subscribedAgain(app)?.replySeq ?? Infinity
  return app.lines.find(
    ({ seq, text }, i) =>
      seq > confirmed &&
      /^\s*(Uncaught )?Error: /.test(text) &&
      app.lines[i + 1]?.text.includes('subscriptions.ts:'),
  )
}

// The first subscription that was confirmed when Redis had been offline.
function subscribedAgain(app: AppEvidence): CommandEvent | undefined {
  const cut = firstCut(app)?.seq ?? Infinity
  return commands(app).find((one) => isSubscribe(one) && (one.replySeq ?? 0) > cut)
}

function isBack(app: AppEvidence): boolean {
  return subscribedAgain(app) !== undefined
}

// An error that is no mistake in the code itself, when Redis has been offline.
function endedByError(app: AppEvidence): boolean {
  const { message = 'TypeError' } = uncaughtError(app) ?? {}
  return (
    firstCut(app) !== undefined &&
    app.exit !== undefined &&
    !/^(Type|Reference|Range)Error/.test(message)
  )
}

// An UNSUBSCRIBE for the channel that the fact is about, and that was never confirmed.
function lostRequest(app: AppEvidence, fact: Evidence['fact']): CommandEvent | undefined {
  const channel = 'channel' in fact ? String(fact.channel) : ''
  return commands(app).findLast(
    (one) =>
      isSubscription(one) &&
      !isSubscribe(one) &&
      one.args.includes(channel) &&
      one.reply === undefined,
  )
}
