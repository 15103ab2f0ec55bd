import type { Diagnosis } from '../../../workshop/check/suite.ts'
import { all, isAbout, isOrdinary, retried } from './evidence-queries.ts'

/** Messages that are lost or not acknowledged, and a shutdown that does not work. */
export const answering: Diagnosis[] = [
  {
    id: 's7-handlers-after-await',
    likely:
      'A message sent right after connecting is lost: the listener is added after an await.',
    lookAt: 'what is awaited before `socket.on(…)` and before the device is added',
    requires: all(isOrdinary, retried('same')),
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
    id: 's7-device-disconnected',
    likely:
      'You disconnect a device because of an invalid message. Answer with an error instead.',
    lookAt: 'where `disconnect()` is called',
    requires: ({ fact, app }) =>
      fact.kind === 'event-missing' &&
      !fact.connected &&
      fact.client === fact.sender &&
      !app?.exit,
  },
  {
    id: 's7-sigterm-waits',
    likely:
      'The shutdown waits until all devices have left, but a WebSocket stays open until you close it.',
    lookAt: 'what is awaited after SIGTERM, and what closes the sockets',
    requires: ({ fact }) => fact.kind === 'exit-missing',
  },
  {
    id: 's7-ends-with-an-error',
    likely: 'The shutdown fails or exits with a code other than 0.',
    lookAt: 'the exit code after SIGTERM, and what the program prints then',
    requires: ({ fact }) => fact.kind === 'exit-wrong',
  },
]
