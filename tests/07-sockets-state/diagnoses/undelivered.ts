import type { Diagnosis } from '../../../workshop/check/suite.ts'
import {
  all,
  isOrdinary,
  isAbout,
  reaches,
  reachesNone,
  isAnsweredWithError,
  isAnswered,
  refusedText,
} from './evidence-queries.ts'

/** Messages that reach no device, or some devices only. */
export const undelivered: Diagnosis[] = [
  {
    id: 's7-not-to-oneself',
    likely: 'A message to yourself is not delivered.',
    lookAt: 'what happens when `from` and `to` are equal',
    requires: all(isAbout('to-yourself'), reachesNone),
  },
  {
    id: 's7-good-message-refused',
    likely: (evidence) => {
      const { refused, delivered } = refusedText(evidence)
      return delivered === undefined
        ? 'A valid message is refused.'
        : `A valid message is refused: its text has ${refused.length} characters, and "${delivered}" was delivered.`
    },
    lookAt: (evidence) =>
      refusedText(evidence).delivered === undefined
        ? 'the error in the acknowledgement: which line returns it, and with which fields was the handler called?'
        : 'the error in the acknowledgement: which line returns it, and with which limit does that compare the text?',
    requires: (evidence) =>
      isOrdinary(evidence) && reachesNone(evidence) && isAnsweredWithError(evidence),
  },
  {
    id: 's7-delivered-to-none',
    likely:
      'The message was acknowledged and delivered to no device: `emit` is not called, or finds no sockets of the two users.',
    lookAt:
      'what `sendMessage` calls; the user that `add` gets, and the user that `emit` looks up; and whether the loop there runs over the sockets (`for … of`)',
    requires: (evidence) =>
      isOrdinary(evidence) &&
      reachesNone(evidence) &&
      isAnswered(evidence) &&
      !isAnsweredWithError(evidence),
  },
  {
    id: 's7-not-every-device',
    likely: 'Some devices of the two users receive the message, and others do not.',
    lookAt: 'what `add` keeps, and what `emit` loops over',
    requires: reaches('some'),
  },
]
