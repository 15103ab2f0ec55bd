import { type Diagnosis, commands } from '../../../workshop/check/suite.ts'
import { failed, textOf } from '../../shared/failed-expectations.ts'
import { subscribedLate } from './evidence-queries.ts'
import { isSubscribe } from '../../shared/subscribing.ts'

const waits = 'TODO(3) in catch-up.ts'
const back = 'TODO(4) in subscriptions.ts and chat.ts'

/** What can be wrong with `caughtUp`, and with what a device misses. */
export const online: Diagnosis[] = [
  {
    id: 's11-no-caught-up',
    likely: 'A device that connects without lastId never receives caughtUp.',
    lookAt: 'catchUp() in catch-up.ts',
    requires: ({ fact, app }) =>
      fact.kind === 'event-missing' &&
      fact.expectation === 'online' &&
      fact.connected &&
      app !== undefined &&
      commands(app).some((one) => isSubscribe(one) && one.reply !== undefined),
  },
  {
    id: 's11-online-early',
    likely:
      'You send caughtUp before Redis has confirmed the subscription. A message that is sent at that moment does not reach the device.',
    lookAt: ({ fact }) =>
      fact.client?.endsWith('tablet')
        ? 'TODO(2) in subscriptions.ts: refresh() waits also for a command that another device has caused; remember what is confirmed, not what is sent'
        : `${waits}; wait for refresh()`,
    requires: (evidence) =>
      failed('online-early')(evidence) ||
      (failed('across', 'first', 'back')(evidence) && subscribedLate(evidence)),
  },
  {
    id: 's11-history-first',
    likely:
      'You read the history before the instance is subscribed. A message that is sent in between is in neither.',
    lookAt: `${waits}; first subscribe, then read`,
    requires: (evidence) =>
      evidence.fact.kind === 'event-missing' && textOf(evidence) === 'in between',
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
      'While the subscriptions come back, you send caughtUp to a device: what you remember as confirmed was confirmed on the connection that is lost.',
    lookAt: 'TODO(2) in subscriptions.ts: refresh() rejects while Redis is not connected',
    requires: failed('online-early-again'),
  },
  {
    id: 's11-devices-disconnected',
    likely:
      'You disconnect the devices when Redis is lost, in a way that ends their attempts to reconnect.',
    lookAt: `${back}; socket.conn.close() looks like a lost connection, disconnect() like a decision`,
    requires: ({ fact }) =>
      fact.kind === 'event-missing' && fact.expectation === 'online-again' && !fact.connected,
  },
  {
    id: 's11-missed-while-offline',
    likely:
      'While Redis was offline messages were stored and not received here. The devices that stayed connected never get them.',
    lookAt: `${back}; call catchUp() for all devices when the client is 'ready' again. At 'connect' it accepts no commands yet`,
    requires: (evidence) =>
      evidence.fact.kind === 'event-missing' &&
      (evidence.fact.expectation === 'online-again'
        ? evidence.fact.connected
        : /^(meanwhile|a moment later)$/.test(textOf(evidence))),
  },
]
