import { type Mistake, change, commands, matches, parse } from '../../support/index.ts'
import { inIndex, message, program } from './programs.ts'
import { moans, of, publishedOn, subscribedTo, wrongMessage } from './seen.ts'

/** Wrong channels, and messages that the others would not understand. */
export const messages: Mistake[] = [
  {
    id: 's3-non-string-message',
    likely:
      'an object was handed to publish(). Only text travels: JSON.stringify() makes text of it, and JSON.parse() an object again.',
    lookAt: 'the second argument of `publish()`',
    seen: of((me) => moans(me, /arguments\[2\]"? must be/) || /\[object /.test(wrong(me))),
    programs: {
      'the object itself': message('announcement'),
      'the object in a template': message('`${announcement}`'),
    },
  },
  {
    id: 's3-channel-undefined',
    likely: 'the name of the channel is undefined at the moment it is used.',
    lookAt: 'the first argument of `subscribe()` and `publish()`, and where it is exported',
    seen: of((me) => moans(me, /arguments\[1\]"? must be/)),
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
    seen: of(usesOtherTools),
    programs: {
      'a list': change('instances.ts', 'client.publish(', 'client.rPush('),
      'sharded channels': change('instances.ts', 'client.publish(', 'client.sPublish('),
    },
  },
  {
    id: 's3-subscribe-literal-star',
    likely:
      'subscribe() takes names word for word: a star there is a letter like any other. Patterns need pSubscribe().',
    lookAt: 'the channel you subscribe to',
    seen: of((me) =>
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
    seen: of((me) => bothChannels(me) && !publishedOn(me).some((name) => listensOn(me, name))),
    programs: {
      'listens elsewhere': inIndex('subscribe(CHANNEL,', "subscribe('Instances',"),
      'speaks elsewhere': change(
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
    seen: of((me) => usedChannels(me).length > 0 && !usedChannels(me).includes('instances')),
    programs: {
      'the same typo twice': change('instances.ts', "'instances'", "'instance'"),
      'a channel per instance': change(
        'instances.ts',
        "'instances'",
        '`instances:${process.env.DYNO}`',
      ),
    },
  },
  {
    id: 's3-double-encoded',
    likely:
      'the message went through JSON.stringify() twice: what arrives is text in quotes instead of an object.',
    lookAt: 'every `JSON.stringify()` on the way to `publish()`',
    seen: of((me) => Object.keys(parse(String(decoded(wrong(me))))).length > 0),
    programs: {
      'stringify twice': message('JSON.stringify(JSON.stringify(announcement))'),
    },
  },
  {
    id: 's3-plain-text',
    likely:
      'the message is plain text. The others expect JSON, so that they need not guess which word is the instance and which the event.',
    lookAt: 'what you hand to `publish()`',
    seen: of((me) => wrong(me) !== '' && decoded(wrong(me)) === undefined),
    programs: {
      'a sentence': message('`${announcement.instance} started`'),
      'a single word': message("'started'"),
    },
  },
  {
    id: 's3-swapped-fields',
    likely: 'the right words in the wrong fields: instance and event have changed places.',
    lookAt: 'the object you make the message of',
    seen: of((me) => matches(wrong(me), { instance: 'started', event: me.name })),
    programs: {
      swapped: message('JSON.stringify({ instance: event, event: announcement.instance })'),
    },
  },
  {
    id: 's3-instance-missing',
    likely:
      'the message does not say who has started. A field whose value is undefined vanishes in JSON.stringify().',
    lookAt: 'where the name of the instance comes from: which config var is it?',
    seen: of((me) => isStarted(me) && isNameless(wrong(me))),
    programs: {
      'a variable of another name': message(
        'JSON.stringify({ instance: process.env.INSTANCE, event })',
      ),
      'no such field': message('JSON.stringify({ event })'),
    },
  },
  {
    id: 's3-instance-not-from-dyno',
    likely:
      'the name in the message is not the one this instance was given. All instances run the same code, so only the environment can tell them apart.',
    lookAt: 'where the name of the instance comes from: a PaaS puts it into DYNO',
    seen: of((me) => isStarted(me)),
    programs: {
      "the first one's name": message("JSON.stringify({ instance: 'web.1', event })"),
      'the process id': message('JSON.stringify({ instance: String(process.pid), event })'),
    },
  },
  {
    id: 's3-event-spelled-differently',
    likely:
      'the name of the event is not the one agreed on. Programs compare it letter by letter.',
    lookAt: 'the value of `event`; the goal has it word for word',
    seen: of((me) => parse(wrong(me))['instance'] === me.name && 'event' in parse(wrong(me))),
    programs: {
      'a capital': message("JSON.stringify({ ...announcement, event: 'Started' })"),
    },
  },
  {
    id: 's3-other-fields',
    likely:
      'the JSON has another shape than agreed on: the others look for two fields, instance and event, at the top.',
    lookAt: 'the object you make the message of, beside the one in the goal',
    seen: of((me) => wrong(me) !== ''),
    programs: {
      'other names': message('JSON.stringify({ name: announcement.instance, type: event })'),
      'one level too deep': message('JSON.stringify({ message: announcement })'),
    },
  },
  {
    id: 's3-publishes-only-as-answer',
    likely:
      'the announcement comes only as an answer: it waits inside the handler for a message, and nobody speaks first.',
    lookAt: 'where `announce()` stands: in the handler, or after `subscribe()`?',
    seen: of(speaksOnlyWhenSpokenTo),
    programs: {
      'announces in the handler': program(`const client = newClient()
const client2 = newClient()
await client.connect()
await client2.connect()
await client2.subscribe(CHANNEL, async (message) => {
  await announce(client, 'started')
  print(message)
})`),
    },
  },
]

type Program = Parameters<typeof wrongMessage>[0]

const writes = /^([LR]PUSHX?|XADD|SET|HSET|SADD|ZADD|APPEND|SPUBLISH)$/
const reads = /^(SSUBSCRIBE|B?[LR]POP|LRANGE|XREAD|XRANGE|GET|HGETALL|SMEMBERS)$/

function wrong(me: Program): string {
  return wrongMessage(me) ?? ''
}

function isStarted(me: Program): boolean {
  return parse(wrong(me))['event'] === 'started'
}

function isNameless(message: string): boolean {
  const { instance } = parse(message)
  return [undefined, null, '', 'undefined'].some((nothing) => nothing === instance)
}

function decoded(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

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

function speaksOnlyWhenSpokenTo({ wire }: Program): boolean {
  const heard = wire.find(({ kind }) => kind === 'push')
  const spoken = wire.find((event) => event.kind === 'command' && event.name === 'PUBLISH')
  return heard !== undefined && spoken !== undefined && heard.seq < spoken.seq
}
