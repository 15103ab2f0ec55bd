import {
  type AppEvidence,
  type Diagnosis,
  commands,
  forApp,
  matchesGlob,
  published,
  stderrMatches,
  subscribedTo,
  subscriptions,
} from '../../../workshop/check/suite.ts'

/** Wrong channels, or none. */
export const channels: Diagnosis[] = [
  {
    id: 's3-channel-undefined',
    explainsCodeError: true,
    likely: 'The name of the channel is undefined when you use it.',
    lookAt: 'the first argument of `subscribe()` and `publish()`, and where it is exported',
    requires: forApp((app) => stderrMatches(app, /arguments\[1\]"? must be .* got undefined/)),
  },
  {
    id: 's3-not-pub-sub',
    likely: (evidence) => {
      const [name = ''] = evidence.app ? otherTools(evidence.app) : []
      return /^S(PUBLISH|SUBSCRIBE)$/.test(name)
        ? `You use ${name}. Sharded channels are separate from the others: PUBLISH and SUBSCRIBE do not reach them.`
        : `You use ${name}, which keeps data until a client reads it. This step needs PUBLISH and SUBSCRIBE.`
    },
    lookAt: 'the names of the methods: `publish()` and `subscribe()`',
    requires: forApp((app) => otherTools(app).length > 0),
  },
  {
    id: 's3-subscribe-literal-star',
    likely:
      'subscribe() takes names literally: a star in a name is a character like any other. Patterns need pSubscribe().',
    lookAt: 'the channel you subscribe to',
    requires: forApp((app) =>
      commands(app, 'SUBSCRIBE').some(({ args }) => args.some((name) => /[*?[]/.test(name))),
    ),
  },
  {
    id: 's3-channel-mismatch',
    likely:
      'You subscribe to one channel and publish on another. The names must be equal, letter by letter, capitals and spaces included. Redis never reports that a channel is unknown.',
    lookAt: 'the name in `subscribe()` and the name in `publish()`, side by side',
    requires: forApp(
      (app) =>
        published(app).length > 0 &&
        subscribedTo(app).length > 0 &&
        !swapsArguments(app) &&
        !published(app).some(({ args: [channel = ''] }) => subscribesTo(app, channel)),
    ),
    sameCauseAs: ['s3-subscribe-literal-star'],
  },
  {
    id: 's3-other-channel',
    likely:
      'Your channel has another name than the goal. Instances on a channel of another name do not reach the others.',
    lookAt: 'where the name is written; the goal has it word for word',
    requires: forApp(
      (app) => usedChannels(app).length > 0 && !usedChannels(app).includes('instances'),
    ),
  },
]

const writes = /^([LR]PUSHX?|XADD|SET|HSET|SADD|ZADD|APPEND|SPUBLISH)$/
const reads = /^(SSUBSCRIBE|B?[LR]POP|LRANGE|XREAD|XRANGE|GET|HGETALL|SMEMBERS)$/

// The commands that it sent in the place of PUBLISH or SUBSCRIBE.
function otherTools(app: AppEvidence): string[] {
  const used = (pattern: RegExp) =>
    commands(app).flatMap(({ name }) => (pattern.test(name) ? [name] : []))
  return [
    ...(published(app).length === 0 ? used(writes) : []),
    ...(subscribedTo(app).length === 0 ? used(reads) : []),
  ]
}

function usedChannels(app: AppEvidence): string[] {
  return [...published(app).map(({ args }) => args[0] ?? ''), ...subscribedTo(app)]
}

function subscribesTo(app: AppEvidence, channel: string): boolean {
  return subscriptions(app).some(({ name, args }) =>
    args.some((text) =>
      name === 'PSUBSCRIBE' ? matchesGlob(text, channel) : text === channel,
    ),
  )
}

// The channel and the message have changed places: a mistake of its own.
function swapsArguments(app: AppEvidence): boolean {
  return published(app).some(({ args }) => args[1] === 'instances')
}
