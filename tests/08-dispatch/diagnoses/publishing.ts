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
    likely:
      'what was heard is dispatched again. That is heard, too, by every instance, and dispatched again: a storm that nothing ends.',
    lookAt: 'what is called when a message is heard: it may tell devices, and nobody else',
    matches: (evidence) => repeats(evidence) > 2 && !inGoal('nonsense')(evidence),
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
    likely:
      'a message should be published, and there is no bus: it has not been opened yet, or never is, or somebody else has it.',
    lookAt: 'where the bus of `dispatch()` comes from, and when',
    matches: (evidence) =>
      printedOnStderr(evidence, /of undefined \(reading '(emit|publish)'\)|not initialized/),
    programs: {
      'openDispatch() is not called': replaceIn(
        'chat.ts',
        'await openDispatch(bus) // first: whoever is connected must not miss anything',
        '',
      ),
    },
  },
  {
    id: 's8-not-serialisable',
    likely:
      'what is published is made into JSON, and a socket does not fit in there: it knows its server, which knows the socket. It is of no use elsewhere either. Dispatch plain data only.',
    lookAt: 'what you hand to `dispatch()`: an event, an id, and args of plain text',
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
    likely:
      'the message goes straight to the devices that are connected to this process. Nothing of it reaches Redis, so no other instance hears of it.',
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
    likely:
      'the message arrived, and nothing was published: on the way from the handler to Redis it gets lost.',
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
      'nothing was published, because the message is missing there: it is `undefined`. The channel comes first, then the message.',
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
      'the message is made into JSON twice: node-redis-pubsub does it anyway. What arrives elsewhere is a text, and has no fields.',
    lookAt: 'where the message is published: hand over the object as it is',
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
