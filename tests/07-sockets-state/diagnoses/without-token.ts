import type { Diagnosis } from '../../../workshop/check/suite.ts'
import {
  all,
  isAbout,
  hasCrashed,
  isAcceptedWrongly,
  placeOfCrash,
} from './evidence-queries.ts'

/** Devices that are let in without a known token. */
export const acceptedWithoutToken: Diagnosis[] = [
  {
    id: 's7-next-twice',
    likely:
      'next() is called twice: with an Error, and again without one. A `return` is missing.',
    lookAt: 'every path through `onAuth`: each should call `next` once',
    requires: ({ fact }) => fact.kind === 'socket-accepted' && fact.refused === true,
  },
  {
    id: 's7-refused-by-disconnect',
    likely:
      'You accept the device and then disconnect it. Pass an Error to next() instead: the device then gets the reason.',
    lookAt: 'where an invalid token is noticed: it should be in the middleware',
    requires: ({ fact }) => fact.kind === 'socket-accepted' && fact.disconnected === true,
  },
  {
    id: 's7-token-not-checked',
    likely: 'A device without a token is accepted.',
    lookAt: '`onAuth`: what happens when there is no token?',
    requires: all(isAcceptedWrongly, isAbout('no-token')),
  },
  {
    id: 's7-inherited-token',
    likely:
      'You look tokens up in a plain object, which inherits names such as constructor. They count as tokens.',
    lookAt:
      'how a token is looked up: check that it is a string, then use Object.hasOwn(); or use a Map',
    requires: all(isAcceptedWrongly, isAbout('inherited-token')),
  },
  {
    id: 's7-unknown-token-accepted',
    likely: 'Any token is accepted. It has to be one of the known ones.',
    lookAt: '`onAuth`: what happens with an unknown token?',
    requires: all(isAcceptedWrongly, isAbout('unknown-token', 'odd-token')),
  },
  {
    id: 's7-token-not-a-text',
    likely: 'A token that is not a string ends the program.',
    lookAt: (evidence) =>
      placeOfCrash(
        evidence,
        'what is done with the token, also in the text of an error: check its type before',
      ),
    requires: all(isAbout('odd-token'), hasCrashed),
  },
]
