import type { Diagnosis } from '../../../workshop/check/suite.ts'
import { otherRecipients, isRepeated, isToOneself, reaches } from './evidence-queries.ts'

/** Which devices a message reaches, and how often. */
export const delivery: Diagnosis[] = [
  {
    id: 's7-to-all-devices',
    likely: 'The message goes to all connected devices, not only to those of the two users.',
    lookAt:
      'the target of the event: `io.emit` and `socket.broadcast` mean all; and whether each user has a list of sockets of their own',
    requires: ({ fact }) => {
      if (fact.kind === 'event-missing') return otherRecipients(fact).length > 0
      if (fact.kind === 'event-repeated') return (fact.also ?? []).length > 0
      return fact.kind === 'event-unexpected' && fact.expectation === 'device-of-another'
    },
  },
  {
    id: 's7-self-twice',
    likely:
      'A message to yourself arrives twice: once for the sender and once for the receiver, who are the same user.',
    lookAt: 'what happens when `from` and `to` are equal',
    requires: (evidence) => isRepeated(evidence) && isToOneself(evidence),
  },
  {
    id: 's7-more-than-once',
    likely:
      'A device gets the same message more than once: it is kept twice, a loop runs inside a loop, a listener is added again, or two calls send it.',
    lookAt:
      'what `add` keeps, how often `emit` runs for one message and one device, and how often `on(…)` is called',
    requires: (evidence) => isRepeated(evidence) && !isToOneself(evidence),
  },
  {
    id: 's7-answers-only-the-sender',
    likely: 'The message goes back to the device that sent it and to no other device.',
    lookAt: 'the target in `sendMessage`: one socket, or all sockets of both users?',
    requires: reaches('only-sender'),
  },
  {
    id: 's7-sender-excluded',
    likely:
      'Every device receives the message except the one that sent it. It should receive it like all others.',
    lookAt: 'which socket is left out',
    requires: reaches('all-but-sender'),
  },
  {
    id: 's7-own-devices-missed',
    likely: "The sender's other devices do not receive the message.",
    lookAt:
      'the target in `sendMessage` for the sender: `socket.emit()` reaches one device, the one that sent the message',
    requires: reaches('no-other-own'),
  },
  {
    id: 's7-only-the-receiver',
    likely: 'The devices of the receiver get the message, those of the sender do not.',
    lookAt: 'the targets in `sendMessage`: both users, or one?',
    requires: reaches('no-own'),
  },
  {
    id: 's7-only-the-sender',
    likely: 'The devices of the sender get the message, those of the receiver do not.',
    lookAt: 'the targets in `sendMessage`: both users, or one?',
    requires: reaches('none-of-receiver'),
  },
  {
    id: 's7-one-socket-per-user',
    likely:
      'Only the last device of each user receives the message: a device that connects replaces the one before.',
    lookAt:
      'what is kept for a user: one socket, or all of them? In a Map each needs a key of its own: `socket.data.device` is undefined until `hello`',
    requires: reaches('last-of-each'),
  },
  {
    id: 's7-first-socket-only',
    likely: 'You keep or use only the first socket of a user.',
    lookAt: 'what `add` does for a known user, and where the loop in `emit` stops',
    requires: reaches('first-of-each'),
  },
  {
    id: 's7-first-socket-not-kept',
    likely:
      'The device of each user that connected first receives nothing, and those that connected after it do.',
    lookAt: 'what `add` does for a user who has no device yet: is the socket kept then, too?',
    requires: reaches('all-but-first'),
  },
]
