import type { Diagnosis } from '../../../workshop/check/suite.ts'
import {
  all,
  isAbout,
  hasCrashed,
  isAfterDisconnect,
  reachedAny,
  reachedReceiver,
  countsWrong,
  countsNone,
} from './evidence-queries.ts'

/** What is left of devices that have disconnected. */
export const disconnect: Diagnosis[] = [
  {
    id: 's7-remove-all-on-disconnect',
    likely: 'When one device disconnects, other devices of its user are removed.',
    lookAt:
      'what is removed at a disconnect: the user, or this socket alone? `splice(index)` without a count also removes all that follow',
    requires: (evidence) =>
      isAfterDisconnect(evidence) && reachedAny(evidence) && !reachedReceiver(evidence),
  },
  {
    id: 's7-disconnected-device-throws',
    likely:
      'A disconnected device leaves a hole or an id without a socket behind, and the next message to its user throws.',
    lookAt: 'what remains in the state after a disconnect, and what `emit` does with it',
    requires: all(isAbout('after-disconnect'), hasCrashed),
  },
  {
    id: 's7-splice-minus-one',
    likely:
      'Another device is removed than the one that disconnected, and it receives nothing any more.',
    lookAt:
      'how the socket is found in the list: where a search returns -1, `splice(-1, 1)` removes the last entry',
    requires: (evidence) => isAfterDisconnect(evidence) && reachedReceiver(evidence),
  },
  {
    id: 's7-empty-entry-stays',
    likely:
      'An empty entry stays after the last device of a user has disconnected, or is made anew, so the memory grows with every user.',
    lookAt:
      'what `remove` does with the last device of a user, and whether looking up a user makes an entry',
    requires: (evidence) => countsWrong(evidence) && countsNone(evidence),
  },
  {
    id: 's7-count-of-users',
    likely: ({ fact }) =>
      `GET /state does not show how many devices of a user are connected: ${fact.kind === 'http-wrong' ? fact.should : ''} is expected.`,
    lookAt:
      'TODO(3) in `sockets-state.ts`: what `count()` counts, and whether each user has a list of sockets of their own',
    requires: isAbout('connected-count'),
  },
  {
    id: 's7-never-removed',
    likely: 'Disconnected devices stay in the state, so the memory grows with every visit.',
    lookAt:
      'what happens at a disconnect: the user and socket that it looks up are those of that device, and the list that you store changes (`filter()` returns a new one)',
    requires: (evidence) => countsWrong(evidence) && !countsNone(evidence),
  },
]
