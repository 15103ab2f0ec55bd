import type { Diagnosis } from '../../../workshop/check/suite.ts'
import { all, isAbout, isAnsweredWithError, hasCrashed } from './evidence-queries.ts'

/** Messages to users who are offline. */
export const offlineUsers: Diagnosis[] = [
  {
    id: 's7-inherited-user',
    likely:
      'You look users up in a plain object, which inherits names such as "constructor". A message to such a name ends the program.',
    lookAt: 'how the sockets of a user are found: use Object.hasOwn() or a Map',
    requires: all(isAbout('inherited-user'), hasCrashed),
  },
  {
    id: 's7-emit-unknown-user-throws',
    likely:
      'A message to an offline user ends the program: there are no sockets for that user, and the code uses them without a check.',
    lookAt: 'what `emit` does for an unknown user',
    requires: all(isAbout('offline-user', 'unknown-user', 'after-last-disconnect'), hasCrashed),
  },
  {
    id: 's7-offline-refused',
    likely: (evidence) =>
      evidence.fact.kind === 'ack-wrong' || isAnsweredWithError(evidence)
        ? 'You answer a message to an offline user with an error. It is a valid message, and the devices of its sender show it.'
        : 'When the receiver is offline, the message does not reach all devices of its sender.',
    lookAt: 'what `sendMessage` does when the receiver has no device',
    requires: ({ fact, app }) =>
      fact.expectation === 'offline-user' &&
      !app?.exit &&
      (fact.kind === 'ack-wrong' || fact.kind === 'event-missing'),
  },
]
