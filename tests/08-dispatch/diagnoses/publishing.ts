import {
  type Diagnosis,
  type Evidence,
  commands,
  fieldsOf,
  forApp,
  printedOnStderr,
} from '../../../workshop/check/suite.ts'
import { subscriptionsOf } from '../helpers/channel.ts'
import { allRun, published, publishesAgain, repeats, sentOnce } from './evidence-queries.ts'

/** How does a message get to Redis, and how often? */
export const publishing: Diagnosis[] = [
  {
    id: 's8-redispatch-loop',
    likely:
      'An instance that receives a message dispatches it again. It then receives that one, too, and so on.',
    lookAt: 'what the subscriber calls: it may deliver to devices only',
    requires: (evidence) =>
      isEndless(evidence) ||
      (publishesAgain(evidence) && repeats(evidence) > repeatsWithoutLoop(evidence)),
  },
  {
    id: 's8-no-bus',
    likely: '`dispatch()` has no bus: the variable that it uses was not set, or not yet.',
    lookAt:
      'where that variable gets the bus, and when: a parameter or a `const` of the same name is another variable',
    requires: (evidence) =>
      printedOnStderr(evidence, /of undefined \(reading '(emit|publish)'\)|not initialized/) &&
      published(evidence).length === 0,
  },
  {
    id: 's8-not-serialisable',
    likely:
      'You dispatch a value that cannot become JSON, such as a socket. Dispatch plain data.',
    lookAt: 'what you pass to `dispatch()`: an event, an id, and plain args',
    requires: (evidence) => printedOnStderr(evidence, /circular structure/),
  },
  {
    id: 's8-local-emit-only',
    likely: 'You send the message to the devices of this process only, and publish nothing.',
    lookAt: 'what the handler of `sendMessage` calls, and what `dispatch()` does',
    requires: forApp(
      (app, { fact }) =>
        fact.kind === 'command-missing' &&
        (fact.reached?.length ?? 0) > 0 &&
        commands(app, 'PUBLISH').length === 0,
    ),
  },
  {
    id: 's8-nothing-published',
    likely: 'Your instance received the message of the device and published nothing.',
    lookAt:
      'the handler of `sendMessage`, then `dispatch()`: does one call the other, and what does that do?',
    requires: forApp(
      (app, evidence) =>
        evidence.fact.kind === 'command-missing' &&
        evidence.fact.command === 'PUBLISH' &&
        (evidence.fact.reached?.length ?? 0) === 0 &&
        !evidence.fact.instead &&
        subscriptionsOf(app).length > 0 &&
        allRun(evidence),
    ),
  },
  {
    id: 's8-undefined-payload',
    likely: 'You publish `undefined`. `emit()` takes the channel first, then the message.',
    lookAt: 'the arguments of `emit()`',
    requires: (evidence) =>
      published(evidence).some(({ args }) => args.length < 2 || args[1] === 'undefined'),
  },
  {
    id: 's8-double-stringify',
    likely:
      'You convert the message to JSON, and node-redis-pubsub does it once more. The receiver gets a string.',
    lookAt: 'where the message is published: pass the object',
    requires: (evidence) => published(evidence).some(({ args }) => isJsonOfText(args[1])),
  },
]

function isJsonOfText(payload = ''): boolean {
  try {
    const value: unknown = JSON.parse(payload)
    return typeof value === 'string' && value.startsWith('{')
  } catch {
    return false
  }
}

// A flood can push what was published out of the trace. A text is sent twice at most.
function isEndless({ fact }: Evidence): boolean {
  return fact.kind === 'delivery-wrong' && fact.deliveries.some(({ seen }) => seen > 50)
}

// How often a program without a loop publishes the same. What is sent to oneself may be dispatched
// twice, the second time when the first has arrived. In other goals a device repeats itself.
function repeatsWithoutLoop(evidence: Evidence): number {
  const fact = sentOnce(evidence)
  if (!fact) return 50
  const [envelope] = [fact.args].flat()
  const { from, to } = fieldsOf(fieldsOf(envelope)['args'])
  return from === to ? 2 : 1
}
