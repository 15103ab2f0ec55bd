import type { Diagnosis } from '../../../workshop/check/suite.ts'
import {
  all,
  isAbout,
  isLeak,
  isWrongAnswer,
  isAlwaysEmptyObject,
  isEmptyObject,
  isInvalidInput,
  isSameAnswer,
  isTextMissing,
} from './evidence-queries.ts'

/** Invalid input that is not refused. */
export const refusing: Diagnosis[] = [
  {
    id: 's7-relays-anything',
    likely: 'An unknown event is forwarded to other devices.',
    lookAt: 'what happens to events without a handler',
    requires: all(isLeak, isAbout('unknown-event')),
  },
  {
    id: 's7-text-not-limited',
    likely:
      'A text of 1 MB is delivered to every device. Socket.IO prevents that, unless maxHttpBufferSize is raised.',
    lookAt: "the limit of a text's length, and the options of the server",
    requires: all(isLeak, isAbout('huge-text')),
  },
  {
    id: 's7-args-not-checked',
    explainsCodeError: true,
    likely: (evidence) =>
      isTextMissing(evidence)
        ? 'A message without `text` is delivered, and one without `to` and `text` is refused.'
        : 'A message with missing or invalid arguments is delivered.',
    lookAt: (evidence) =>
      isTextMissing(evidence)
        ? 'what `sendMessage` validates before it sends: does it refuse when one of the two is invalid (`||`, not `&&`), and does it return then?'
        : 'what `sendMessage` validates before it sends',
    requires: all(isLeak, isAbout('arguments', 'envelope', 'event-type')),
  },
  {
    id: 's7-answer-not-awaited',
    likely:
      'The answer is {}. A promise has no fields in JSON: await it before you call the acknowledgement.',
    lookAt: 'what you pass to the acknowledgement: does an `async` function return it?',
    requires: (evidence) => isWrongAnswer(evidence) && isAlwaysEmptyObject(evidence),
  },
  {
    id: 's7-error-sent-as-object',
    likely:
      'When you refuse a message, the answer is {}: it has no `error`. An Error object has no fields in JSON either; send its message, {error: …}.',
    lookAt: 'what you pass to the acknowledgement when you refuse',
    requires: (evidence) =>
      isWrongAnswer(evidence) && isEmptyObject(evidence) && !isAlwaysEmptyObject(evidence),
  },
  {
    id: 's7-refusal-unanswered',
    likely: 'A refused message is not acknowledged, so the device keeps waiting.',
    lookAt: 'every path through the `message` listener: does each call the acknowledgement?',
    requires: ({ fact, app }) =>
      fact.kind === 'ack-missing' &&
      isInvalidInput(fact.expectation) &&
      fact.expectation !== 'inherited-event' &&
      !app?.exit,
  },
  {
    id: 's7-refusal-not-reported',
    likely: (evidence) =>
      isSameAnswer(evidence)
        ? 'A refused message gets the same answer as a valid one.'
        : 'The answer to a refused message has no error in it: send {error: …} with the reason.',
    lookAt: 'what you pass to the acknowledgement for unknown events and invalid arguments',
    requires: (evidence) => isWrongAnswer(evidence) && !isEmptyObject(evidence),
  },
]
