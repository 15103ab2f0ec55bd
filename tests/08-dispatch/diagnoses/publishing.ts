import {
  type KnownMistake,
  combine,
  replaceIn,
  printedOnStderr,
} from '../../../workshop/check/suite.ts'
import { publish, messageSent, withState } from './edits.ts'
import { dispatched, inGoal, published, repeats } from './evidence-queries.ts'

/** How does a message get to Redis, and how often? */
export const publishing: KnownMistake[] = [
  {
    id: 's8-redispatch-loop',
    likely: 'A received message is dispatched again, by every instance, without end.',
    lookAt: 'what the subscriber calls: it may deliver to devices only',
    matches: (evidence) => repeats(evidence) > 2 && !inGoal('malformed messages')(evidence),
    programs: {
      'dispatches what it heard': replaceIn(
        'dispatch.ts',
        'socketsState.emit(id, event, args)',
        'socketsState.emit(id, event, args)\n  dispatch({ event, id, args })',
      ),
    },
  },
  {
    id: 's8-no-bus',
    likely: 'dispatch() has no bus: it was not opened yet, or it is kept in another place.',
    lookAt: 'where the bus of `dispatch()` comes from, and when',
    matches: (evidence) =>
      printedOnStderr(evidence, /of undefined \(reading '(emit|publish)'\)|not initialized/),
    programs: {
      'openDispatch() is not called': replaceIn(
        'chat.ts',
        'await openDispatch(bus) // first: a connected device must not miss a message',
        '',
      ),
    },
  },
  {
    id: 's8-not-serialisable',
    likely:
      'You dispatch a value that cannot become JSON, such as a socket. Dispatch plain data.',
    lookAt: 'what you pass to `dispatch()`: an event, an id, and plain args',
    matches: (evidence) => printedOnStderr(evidence, /circular structure/),
    programs: {
      'the socket itself': replaceIn(
        'handlers.ts',
        messageSent,
        "dispatch({ event: 'messageSent', id, args: { from: socket, to, text } })",
      ),
      'a socket beside the message': replaceIn(
        'handlers.ts',
        messageSent,
        "dispatch({ event: 'messageSent', id, args: { from, to, text }, socket })",
      ),
    },
  },
  {
    id: 's8-local-emit-only',
    likely: 'The message goes to the devices of this process only. Nothing is published.',
    lookAt: 'what the handler of `sendMessage` calls, and what `dispatch()` does',
    matches: ({ received }) => received.startsWith('it sent nothing to Redis, and'),
    programs: {
      'dispatch() emits': replaceIn(
        'dispatch.ts',
        publish,
        'socketsState.emit(message.id, message.event, message.args)',
      ),
      'the handler emits': combine(
        withState,
        replaceIn(
          'handlers.ts',
          messageSent,
          "socketsState.emit(id, 'messageSent', { from, to, text })",
        ),
      ),
    },
  },
  {
    id: 's8-nothing-published',
    likely: 'The message was received, and nothing was published.',
    lookAt:
      'the handler of `sendMessage`, then `dispatch()`: does one call the other, and what does that do?',
    matches: (evidence) =>
      evidence.expected.includes('to publish') &&
      published(evidence).length === 0 &&
      evidence.programs.every(({ exit, wire }) => !exit && wire.length > 0) &&
      !/published/.test(evidence.received),
    programs: {
      'dispatch() does nothing': replaceIn('dispatch.ts', publish, 'void message'),
    },
  },
  {
    id: 's8-undefined-payload',
    likely:
      'Nothing was published, because the message is `undefined`. emit() takes the channel first, then the message.',
    lookAt: 'the arguments of `emit()`',
    matches: (evidence) =>
      published(evidence).some(({ args }) => args.length < 2 || args[1] === 'undefined'),
    programs: {
      'the channel alone': replaceIn('dispatch.ts', publish, 'bus.emit(CHANNEL, undefined)'),
    },
  },
  {
    id: 's8-double-stringify',
    likely:
      'The message is converted to JSON twice: node-redis-pubsub does it, too. The receiver gets a string.',
    lookAt: 'where the message is published: pass the object',
    matches: (evidence) =>
      dispatched(evidence).some((one) => typeof one === 'string' && one.startsWith('{')),
    programs: {
      'published as a text': replaceIn(
        'dispatch.ts',
        publish,
        'bus.emit(CHANNEL, JSON.stringify(message))',
      ),
      'and read as a text': combine(
        replaceIn('dispatch.ts', publish, 'bus.emit(CHANNEL, JSON.stringify(message))'),
        replaceIn('dispatch.ts', 'fieldsOf(message)', 'fieldsOf(JSON.parse(String(message)))'),
      ),
    },
  },
]
