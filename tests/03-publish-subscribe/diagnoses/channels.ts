import { type KnownMistake, replaceIn, commands } from '../../../workshop/check/suite.ts'
import { inIndex } from './edits.ts'
import { moans, of, publishedOn, subscribedTo } from './evidence-queries.ts'

/** Wrong channels, or none. */
export const channels: KnownMistake[] = [
  {
    id: 's3-channel-undefined',
    likely: 'the name of the channel is undefined at the moment it is used.',
    lookAt: 'the first argument of `subscribe()` and `publish()`, and where it is exported',
    matches: of((me) => moans(me, /arguments\[1\]"? must be/)),
    programs: {
      'a config var that is not set': inIndex(
        'client2.subscribe(CHANNEL,',
        'client2.subscribe(process.env.CHANNEL,',
      ),
    },
  },
  {
    id: 's3-not-pub-sub',
    likely:
      "this is another of Redis's tools. A list or key is kept until somebody fetches it, and sharded channels are a world of their own; here it takes PUBLISH and SUBSCRIBE.",
    lookAt: 'the names of the methods: `publish()` and `subscribe()`',
    matches: of(usesOtherTools),
    programs: {
      'a list': replaceIn('instances.ts', 'client.publish(', 'client.rPush('),
      'sharded channels': replaceIn('instances.ts', 'client.publish(', 'client.sPublish('),
    },
  },
  {
    id: 's3-subscribe-literal-star',
    likely:
      'subscribe() takes names word for word: a star there is a letter like any other. Patterns need pSubscribe().',
    lookAt: 'the channel you subscribe to',
    matches: of((me) =>
      commands(me, 'SUBSCRIBE').some(({ args }) => args.some((name) => /[*?[]/.test(name))),
    ),
    programs: {
      'a star in subscribe()': inIndex('subscribe(CHANNEL,', "subscribe('instance*',"),
    },
  },
  {
    id: 's3-channel-mismatch',
    likely:
      'it listens on one channel and speaks on another. Names must be the same letter by letter, capitals and spaces too; Redis never says that a channel is unknown.',
    lookAt: 'the name in `subscribe()` and the name in `publish()`, side by side',
    matches: of(
      (me) => bothChannels(me) && !publishedOn(me).some((name) => listensOn(me, name)),
    ),
    programs: {
      'listens elsewhere': inIndex('subscribe(CHANNEL,', "subscribe('Instances',"),
      'speaks elsewhere': replaceIn(
        'instances.ts',
        'client.publish(CHANNEL,',
        "client.publish('instances ',",
      ),
    },
  },
  {
    id: 's3-other-channel',
    likely:
      'the name of the channel is not the one agreed on. Instances that use another name are alone there.',
    lookAt: 'where the name is written; the goal has it word for word',
    matches: of((me) => usedChannels(me).length > 0 && !usedChannels(me).includes('instances')),
    programs: {
      'the same typo twice': replaceIn('instances.ts', "'instances'", "'instance'"),
      'a channel per instance': replaceIn(
        'instances.ts',
        "'instances'",
        '`instances:${process.env.DYNO}`',
      ),
    },
  },
]

type Program = Parameters<typeof publishedOn>[0]

const writes = /^([LR]PUSHX?|XADD|SET|HSET|SADD|ZADD|APPEND|SPUBLISH)$/
const reads = /^(SSUBSCRIBE|B?[LR]POP|LRANGE|XREAD|XRANGE|GET|HGETALL|SMEMBERS)$/

function usesOtherTools(me: Program): boolean {
  const uses = (pattern: RegExp) => commands(me).some(({ name }) => pattern.test(name))
  if (publishedOn(me).length === 0 && uses(writes)) return true
  return subscribedTo(me).length === 0 && uses(reads)
}

function usedChannels(me: Program): string[] {
  return [...publishedOn(me), ...subscribedTo(me)]
}

function bothChannels(me: Program): boolean {
  return publishedOn(me).length > 0 && subscribedTo(me).length > 0
}

function listensOn(me: Program, channel: string): boolean {
  return subscribedTo(me).some((name) => name === channel || /[*?[]/.test(name))
}
