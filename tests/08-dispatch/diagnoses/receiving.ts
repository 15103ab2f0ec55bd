import { type KnownMistake, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { redisSubscriptions } from '../helpers/dispatch.ts'
import { open, hearing } from './edits.ts'
import { inVain, listeners, namesInUse, published, reached, sent } from './evidence-queries.ts'

/** Who listens, to what, and from when on? */
export const listening: KnownMistake[] = [
  {
    id: 's8-listens-to-another-channel',
    likely: 'You publish on one channel and subscribe to another, so PUBLISH returns 0.',
    lookAt: 'both names, character by character; use one constant for both',
    matches: (evidence) =>
      published(evidence).length > 0 &&
      listeners(evidence).length === 0 &&
      sent(evidence, /^P?SUBSCRIBE$/),
    programs: {
      'a plural': replaceIn(
        'dispatch.ts',
        'subscribe(bus, CHANNEL,',
        'subscribe(bus, `${CHANNEL}s`,',
      ),
    },
  },
  {
    id: 's8-nobody-listens',
    likely: 'The messages are published, and PUBLISH returns 0: no instance subscribes.',
    lookAt: 'where the subscription is made, and whether that code runs',
    matches: (evidence) => published(evidence).length > 0 && listeners(evidence).length === 0,
    programs: {
      'only keeps the bus': replaceIn(
        'dispatch.ts',
        'return subscribe(bus, CHANNEL, deliver)',
        'return Promise.resolve(void [subscribe, deliver])',
      ),
    },
  },
  {
    id: 's8-not-every-instance',
    likely: 'Not every instance subscribes. Each has devices that only it can reach.',
    lookAt: 'the condition under which an instance subscribes',
    matches: (evidence) =>
      listeners(evidence).length > 0 &&
      listeners(evidence).length < evidence.programs.filter(({ exit }) => !exit).length,
    programs: {
      'the first one': replaceIn(
        'dispatch.ts',
        'return subscribe(bus, CHANNEL, deliver)',
        "return process.env.DYNO === 'web.1' ? subscribe(bus, CHANNEL, deliver) : Promise.resolve()",
      ),
    },
  },
  {
    id: 's8-scope-differs',
    likely: 'The scope becomes part of the channel, and the instances use different ones.',
    lookAt: 'the option `scope`, wherever a bus is created',
    matches: (evidence) => namesInUse(evidence).size > 1,
    programs: {
      'one for each instance': replaceIn(
        'bus.ts',
        '{ url, retry_max_delay: 2000 }',
        "{ url, scope: process.env.DYNO ?? '' }",
      ),
      'only who listens has one': combine(
        replaceIn('bus.ts', 'bus.on(channel, handler,', "bus.on('chat:' + channel, handler,"),
      ),
    },
  },
  {
    id: 's8-pattern-in-the-scope',
    likely:
      'node-redis-pubsub subscribes to patterns, in which ? * [ and \\ are special: with such a scope the pattern does not match the channel.',
    lookAt: 'scope and channel: use letters, digits, _ and :',
    matches: (evidence) =>
      published(evidence).some(
        ({ args, reply }) => reply === 0 && /[?*[\\]/.test(`${args[0]}`),
      ),
    programs: {
      'a scope in brackets': replaceIn(
        'bus.ts',
        '{ url, retry_max_delay: 2000 }',
        "{ url, scope: '[chat]' }",
      ),
    },
  },
  {
    id: 's8-first-message-lost',
    likely:
      'The server accepts connections before Redis has confirmed the subscription, so a device can miss messages.',
    lookAt: 'what is finished before `listen()`',
    matches: (evidence) =>
      evidence.expected.includes('before Redis has confirmed') ||
      (inVain(evidence) && reached(evidence) === 0 && tooEarly(evidence)),
    programs: {
      'does not wait': replaceIn('chat.ts', open, 'void openDispatch(bus)'),
      'the other way round': combine(
        replaceIn('chat.ts', open, ''),
        replaceIn(
          'chat.ts',
          'await listen(server)',
          'await listen(server)\n      await openDispatch(bus)',
        ),
      ),
      'does not look at the confirmation': replaceIn(
        'bus.ts',
        hearing,
        'return new Promise<void>((resolve) => {\n    bus.on(channel, handler)\n    resolve()\n  })',
      ),
    },
  },
  {
    id: 's8-pattern-too-wide',
    likely:
      'The instance subscribes to more than the one channel, and delivers messages of other channels.',
    lookAt: 'the subscription: a * matches anything',
    matches: ({ expected }) => expected.includes('to hear nothing of "from another channel"'),
    programs: {
      'a star': replaceIn(
        'dispatch.ts',
        'subscribe(bus, CHANNEL, deliver)',
        "subscribe(bus, '*', deliver)",
      ),
    },
  },
]

function tooEarly(evidence: Parameters<typeof published>[0]): boolean {
  const [first] = published(evidence)
  return evidence.programs.flatMap(redisSubscriptions).some(({ replySeq, seq }) => {
    return first !== undefined && (replySeq ?? seq) > first.seq
  })
}
