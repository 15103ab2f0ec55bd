import {
  type CommandEvent,
  type Diagnosis,
  type Evidence,
  type Fact,
  closedConnections,
  fieldsOf,
  published,
} from '../../../workshop/check/suite.ts'
import { allRun, missed, reachedAll, sent, userOf } from './evidence-queries.ts'

/** Which devices of a user receive an event? */
export const devices: Diagnosis[] = [
  {
    id: 's8-one-disconnects-all-removed',
    likely:
      'When one device disconnects, you remove other devices of its user on that instance, too.',
    lookAt: 'what is removed at a disconnect',
    requires: (evidence) =>
      missed(evidence, 'device-left') !== undefined &&
      allRun(evidence) &&
      reachedAll(evidence) &&
      !sent(evidence, /^P?UNSUBSCRIBE$/) &&
      evidence.apps.every((app) => closedConnections(app).length === 0),
  },
  {
    id: 's8-sender-left-out',
    likely: (evidence) =>
      devicesOfSender(evidence) > 1
        ? 'The device that sent the message does not receive it. It should receive it like all other devices of its user.'
        : 'Of both users, only the one who sent the message does not receive it. All devices of both users should.',
    lookAt: 'which socket or user is left out, where you publish and where you deliver',
    requires: (evidence) => {
      const fact = missed(evidence, 'across-instances')
      return (
        fact !== undefined &&
        fact.deliveries.length > 1 &&
        fact.deliveries.every(({ client, seen }) => seen === (client === fact.sender ? 0 : 1))
      )
    },
  },
  {
    id: 's8-not-every-device',
    likely:
      'You send the message to one device of the user, and not to another on the same instance.',
    lookAt: 'how many sockets of a user are kept, and how many get the event',
    requires: (evidence) => {
      const fact = missed(evidence, 'across-instances')
      return fact?.deliveries.some(isLeftOut) === true

      function isLeftOut({ client, app, seen }: { client: string; app: string; seen: number }) {
        const user = userOf(client)
        return (
          seen === 0 &&
          client !== fact?.sender &&
          fact?.deliveries.some(
            (one) => one.app === app && one.seen > 0 && one.client.startsWith(`${user}'`),
          )
        )
      }
    },
  },
  {
    id: 's8-presence-for-a-device',
    likely:
      'You publish an event about a device for another id than its user. `id` is the user: an instance looks up the devices of that user, and finds none.',
    lookAt: 'the `id` that you pass to `dispatch()` with `deviceHere` and `deviceGone`',
    requires: ({ fact }) =>
      fact.kind === 'command-wrong' && fact.expectation === 'for-its-user',
    sameCauseAs: ['s8-id-of-a-socket'],
  },
  {
    id: 's8-presence-stays-here',
    likely: ({ fact }) => `\`${presenceOf(fact)}\` reaches only devices on the same instance.`,
    lookAt: 'every event for a user: do all go through `dispatch()`?',
    requires: (evidence) => lacksPresence(evidence) && publishedPresence(evidence).length === 0,
  },
  {
    id: 's8-presence-left-out',
    likely: ({ fact }) =>
      `\`${presenceOf(fact)}\` is published and reaches some devices of the user: where you deliver what was received, others are left out.`,
    lookAt: 'what decides there whether an event is delivered: only its `id`, the user, should',
    requires: (evidence) => lacksPresence(evidence) && publishedPresence(evidence).length > 0,
    shows: (evidence) => publishedPresence(evidence).slice(-2),
  },
]

function lacksPresence({ fact }: Evidence): boolean {
  return fact.kind === 'event-missing' && fact.expectation === 'same-events'
}

function publishedPresence({ fact, apps }: Evidence): CommandEvent[] {
  const all = apps.flatMap((app) => published(app))
  return all.filter(({ args: [, payload = ''] }) => payload.includes(`"${presenceOf(fact)}"`))
}

// The suite names devices so: ada's phone on web.1.
function devicesOfSender({ fact }: Evidence): number {
  if (fact.kind !== 'delivery-wrong') return 0
  const [user = ''] = fact.sender.split(' ')
  return fact.deliveries.filter(({ client }) => client.startsWith(`${user} `)).length
}

// `deviceHere` or `deviceGone`
function presenceOf(fact: Fact): string {
  const [envelope] = fact.kind === 'event-missing' && Array.isArray(fact.args) ? fact.args : []
  return String(fieldsOf(envelope)['event'])
}
