import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'
import { open, subscription } from '../edits.ts'

export const receivingPrograms: WrongPrograms = {
  's8-subscribes-to-another-channel': {
    'a plural': replaceIn(
      'dispatch.ts',
      'subscribe(bus, CHANNEL,',
      'subscribe(bus, `${CHANNEL}s`,',
    ),
  },
  's8-never-subscribed': {
    'only keeps the bus': replaceIn(
      'dispatch.ts',
      'return subscribe(bus, CHANNEL, deliver)',
      'return Promise.resolve(void [subscribe, deliver])',
    ),
  },
  's8-not-every-instance': {
    'the first one': replaceIn(
      'dispatch.ts',
      'return subscribe(bus, CHANNEL, deliver)',
      "return process.env.DYNO === 'web.1' ? subscribe(bus, CHANNEL, deliver) : Promise.resolve()",
    ),
  },
  's8-scope-differs': {
    'one for each instance': replaceIn(
      'bus.ts',
      '{ url, retry_max_delay: 2000 }',
      "{ url, scope: process.env.DYNO ?? '' }",
    ),
    'only subscribers have one': combine(
      replaceIn('bus.ts', 'bus.on(channel, handler,', "bus.on('chat:' + channel, handler,"),
    ),
  },
  's8-pattern-in-the-scope': {
    'a scope in brackets': replaceIn(
      'bus.ts',
      '{ url, retry_max_delay: 2000 }',
      "{ url, scope: '[chat]' }",
    ),
  },
  's8-first-message-lost': {
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
      subscription,
      'return new Promise<void>((resolve) => {\n    bus.on(channel, handler)\n    resolve()\n  })',
    ),
  },
  's8-pattern-too-wide': {
    'a star': replaceIn(
      'dispatch.ts',
      'subscribe(bus, CHANNEL, deliver)',
      "subscribe(bus, '*', deliver)",
    ),
  },
}
