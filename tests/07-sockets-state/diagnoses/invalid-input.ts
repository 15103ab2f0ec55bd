import type { Diagnosis } from '../../../workshop/check/suite.ts'
import {
  all,
  isOrdinary,
  isAbout,
  hasCrashed,
  callsNoFunction,
  isInvalidInput,
  placeOfCrash,
} from './evidence-queries.ts'

/** Mistakes that show when input arrives that was not agreed on. */
export const invalidInput: Diagnosis[] = [
  {
    id: 's7-inherited-handler',
    likely:
      'You look handlers up in a plain object, which inherits names such as constructor and __proto__. They count as events.',
    lookAt:
      'how a handler is found: check that the event is a string, then use Object.hasOwn(); or use a Map',
    requires: isAbout('inherited-event'),
  },
  {
    id: 's7-unknown-event-crash',
    likely:
      'An unknown event ends the program: there is no handler of that name, and it is called without a check.',
    lookAt: 'what happens between the name of an event and the call of its handler',
    requires: all(isAbout('unknown-event'), hasCrashed),
  },
  {
    id: 's7-reply-taken-for-granted',
    likely:
      'You call the acknowledgement without a check. A device that does not ask for one sends no function.',
    lookAt: 'the second argument of the `message` listener: is it a function?',
    requires: (evidence) =>
      (isOrdinary(evidence) || isAbout('no-function')(evidence)) && callsNoFunction(evidence),
  },
  {
    id: 's7-envelope-taken-for-granted',
    likely: 'A message that is not {event, args} ends the program.',
    lookAt: (evidence) =>
      placeOfCrash(evidence, 'what is done with the envelope before it is validated'),
    requires: all(isAbout('envelope'), hasCrashed),
  },
  {
    id: 's7-event-not-a-text',
    likely: 'A message whose event is not a string ends the program.',
    lookAt: (evidence) =>
      placeOfCrash(
        evidence,
        'what is done with the event, also in the text of an error: check its type before',
      ),
    requires: all(isAbout('event-type'), hasCrashed),
  },
  {
    id: 's7-args-taken-for-granted',
    likely:
      'Arguments of another type end the program. They can be missing, null or anything else.',
    lookAt:
      'what connection.ts passes to a handler: `fieldsOf(args)` makes an object of any value; and what each handler does first with the fields',
    requires: all(isAbout('arguments'), hasCrashed),
  },
  {
    id: 's7-too-many-messages',
    uncertain: true,
    likely:
      'A valid message reached no device, and the same one arrives when it is sent again a little later. A limit on the messages of a device would do that: the check sends dozens in a second.',
    lookAt: 'whether your program counts messages, and how many it accepts in a second',
    requires: ({ fact }) =>
      fact.kind === 'event-missing' &&
      isInvalidInput(fact.expectation) &&
      fact.retry?.form === 'same' &&
      fact.retry.received,
  },
]
