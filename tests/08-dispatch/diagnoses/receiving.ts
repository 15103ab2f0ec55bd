import { type KnownMistake, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { redisSubscriptions } from '../helpers/dispatch.ts'
import { open, hearing } from './edits.ts'
import { inVain, listeners, namesInUse, published, reached, sent } from './evidence-queries.ts'

/** Who listens, to what, and from when on? */
export const listening: KnownMistake[] = [
  {
    id: 's8-listens-to-another-channel',
    likely:
      'the messages are published on one channel, and another one is listened to. PUBLISH answers 0: nobody hears them.',
    lookAt: 'both names, letter by letter; best, one constant for both',
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
    likely:
      'the messages are published, and PUBLISH answers 0: no instance listens. Publishing and listening are two things, and every instance has to do both.',
    lookAt: 'where the channel is listened to, and whether that is ever called',
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
    likely:
      'not every instance listens. Each one has devices of its own, and nobody else can reach those.',
    lookAt: 'the condition under which an instance listens',
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
    likely:
      'a scope becomes part of the channel, and here it is not the same everywhere. So each hears only those whose scope is its own.',
    lookAt: 'the option `scope`, wherever a bus is made',
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
      'Redis counts no receivers, and yet they listen: node-redis-pubsub subscribes to patterns only, and in a pattern ? * [ and \\ do not stand for themselves.',
    lookAt: 'scope and channel: plain letters, digits, _ and : are safe',
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
      'somebody can be connected before this instance listens. What is said to them in that moment is lost: pub/sub has no memory.',
    lookAt: 'what has to be finished before the server begins to listen on its PORT',
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
      'the instance listens to more than the one channel. What is published elsewhere in the same Redis is handed to devices, too.',
    lookAt: 'what is subscribed to: a * there stands for anything',
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
