import { type Diagnosis, commands } from '../../../workshop/check/suite.ts'
import { failed } from '../../shared/failed-expectations.ts'
import { isSubscribe, isSubscription } from '../../shared/subscribing.ts'

const refresh = 'TODO(2) in subscriptions.ts: refresh()'

/** What can be wrong when devices come and leave in quick succession, or many at once. */
export const races: Diagnosis[] = [
  {
    id: 's11-unsubscribe-wins',
    likely:
      'A device connects while the instance unsubscribes from its user, and the unsubscription wins: the device is connected and receives nothing.',
    lookAt: `${refresh}; look again who is here when a command has been confirmed. unsubscribe() without a listener also removes those that were added meanwhile`,
    requires: (evidence) =>
      failed(
        'back-while-unsubscribing',
        'back-while-subscribing',
        'one-of-two-left',
      )(evidence) &&
      evidence.fact.kind === 'event-missing' &&
      evidence.app !== undefined &&
      commands(evidence.app).some((one) => isSubscription(one) && !isSubscribe(one)),
  },
  {
    id: 's11-left-while-subscribing',
    likely:
      'A device leaves while the instance subscribes to its user, and the subscription stays although no device is there.',
    lookAt: `${refresh}; look again who is here when a command has been confirmed`,
    requires: (evidence) =>
      failed('left-while-subscribing', 'left-again')(evidence) &&
      evidence.fact.kind === 'message-crossed',
  },
  {
    id: 's11-one-by-one',
    likely:
      'Each user waits until the subscriptions of all users before have been confirmed. Where a round trip to Redis takes 1 ms, 200 users take 0.2 s; after a deploy 20,000 users take 20.',
    lookAt: `${refresh}; send what has changed meanwhile in one command`,
    requires: ({ fact }) => fact.kind === 'round-trips',
  },
  {
    id: 's11-connection-per-user',
    likely:
      'You open a connection to Redis for each user. One connection can be subscribed to any number of channels.',
    lookAt: `${refresh}; createClient() and duplicate() belong at the start`,
    requires: ({ fact }) => fact.kind === 'growth' && fact.expectation === 'connections',
  },
]
