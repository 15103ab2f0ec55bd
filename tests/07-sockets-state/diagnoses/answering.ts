import type { Diagnosis } from '../../../workshop/check/suite.ts'
import { all, isAbout, isInvalidInput, isOrdinary, retried } from './evidence-queries.ts'

/** Messages that are lost or not acknowledged, and a shutdown that does not work. */
export const answering: Diagnosis[] = [
  {
    id: 's7-handlers-after-await',
    likely:
      'A message sent right after connecting is lost: the listener or the device is added after an `await`.',
    lookAt: 'what is awaited before `socket.on(…)` and before the device is added',
    requires: all(isOrdinary, retried('same')),
  },
  {
    id: 's7-only-with-ack',
    explainsCodeError: true,
    likely:
      'You handle a message only when its device asks for an acknowledgement. A device does not have to.',
    lookAt:
      'the `message` listener: handle the message in any case; then, if the second argument is a function, call it with the answer',
    requires: all(isOrdinary, retried('with-ack')),
  },
  {
    id: 's7-ack-never-called',
    likely: 'The message is delivered, and its acknowledgement is not called.',
    lookAt: 'the parameters of the `message` listener',
    requires: ({ fact, app }) => fact.kind === 'ack-missing' && !fact.expectation && !app?.exit,
  },
  {
    id: 's7-ack-error-first',
    likely:
      'You call the acknowledgement with an error first, as a callback of Node. Socket.IO passes all arguments on as they are, so the device gets null as its answer.',
    lookAt: 'the call of the acknowledgement: the answer is its first argument',
    requires: isAbout('answer-first'),
  },
  {
    id: 's7-error-for-valid',
    likely: 'A valid message is delivered, and acknowledged with an error.',
    lookAt:
      'what the `message` listener passes to the acknowledgement: for a known event that is what its handler returns',
    requires: isAbout('valid'),
  },
  {
    id: 's7-device-disconnected',
    likely:
      'You disconnect a device because of an invalid message. Answer with an error instead.',
    lookAt: 'where `disconnect()` is called',
    requires: ({ fact, app }) =>
      fact.kind === 'event-missing' &&
      isInvalidInput(fact.expectation) &&
      !fact.connected &&
      fact.client === fact.sender &&
      !app?.exit,
  },
  {
    id: 's7-sigterm-waits',
    likely:
      'After SIGTERM your program keeps running: a WebSocket, for example, stays open until you close it.',
    lookAt: 'what is awaited after SIGTERM, and what closes the sockets and ends the program',
    requires: ({ fact }) => fact.kind === 'exit-missing',
  },
  {
    id: 's7-ends-with-an-error',
    likely: 'The shutdown fails or exits with a code other than 0.',
    lookAt: 'the exit code after SIGTERM, and what the program prints then',
    requires: ({ fact }) => fact.kind === 'exit-wrong',
  },
]
