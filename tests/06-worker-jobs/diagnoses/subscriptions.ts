import {
  type KnownMistake,
  combine,
  replaceIn,
  writeFile,
} from '../../../workshop/check/suite.ts'
import {
  inGoal,
  inVain,
  printsMessage,
  published,
  reached,
  subscribed,
  those,
} from './evidence-queries.ts'

const naiveWorker = (body: string) =>
  writeFile(
    'worker.ts',
    `import { newClient } from './client.ts'
const client = newClient()
const client2 = newClient()
await Promise.all([client.connect(), client2.connect()])
process.on('SIGTERM', () => process.exit(0))
await client2.pSubscribe('JOB:*', async (message, channel) => {
  ${body}
})
`,
  )

const webPatterns = "client2.pSubscribe(['DONE:*', 'PROGRESS:*'],"

/** Who hears what, and how often? */
export const listening: KnownMistake[] = [
  {
    id: 's6-result-loop',
    likely:
      'the result is published on a channel that the pattern for jobs fits, too: the worker hears its own answer as a new job, answers that, and so on.',
    lookAt: 'the channel of the result: it needs a beginning of its own, DONE',
    matches: (evidence) => published('worker', 'JOB:', evidence).length > 1,
    programs: {
      'JOB:…:done': naiveWorker("await client.publish(channel + ':done', message)"),
    },
  },
  {
    id: 's6-subscribe-literal-star',
    likely:
      'subscribe() takes names word for word: a star there is a letter like any other. Patterns need pSubscribe().',
    lookAt: 'what you subscribe to with a star in it',
    matches: (evidence) =>
      [
        ...subscribed('worker', 'SUBSCRIBE', evidence),
        ...subscribed('web', 'SUBSCRIBE', evidence),
      ].some((name) => name.includes('*')),
    programs: {
      'the worker': replaceIn('worker.ts', "pSubscribe('JOB:*'", "subscribe('JOB:*'"),
      'the web instances': replaceIn(
        'web.ts',
        webPatterns,
        "client2.subscribe(['DONE:*', 'PROGRESS:*'],",
      ),
    },
  },
  {
    id: 's6-pattern-too-wide',
    likely:
      'the web instance hears the jobs it publishes itself: its pattern fits JOB channels, too. So PUBLISH counts it as somebody who does them.',
    lookAt: 'the pattern of the web instance: it should hear DONE, and not more',
    matches: (evidence) => reached('web', 'JOB:', evidence).length > 0,
    programs: {
      'a star for all': replaceIn('web.ts', webPatterns, "client2.pSubscribe('*',"),
    },
  },
  {
    id: 's6-subscribe-per-request',
    likely:
      'the subscription is made again and again: with every connection, or with every job. Each adds one more handler, and none ever goes.',
    lookAt: 'where `pSubscribe()` stands: it should run once, when the program starts',
    matches: (evidence) => {
      const results = reached('web', 'DONE:', evidence).map(([, message]) => message)
      // Two instances hear each of them.
      const most = those('web', evidence).length
      const often = results.some((one) => results.filter((two) => two === one).length > most)
      return /it heard it \d+ times/.test(evidence.received) && !often
    },
    programs: {
      'with every connection': combine(
        replaceIn('web.ts', `await ${webPatterns}`, `io.on('connection', () => ${webPatterns}`),
        replaceIn(
          'web.ts',
          '      forwardToDevices(io, message, channel)\n    })',
          '      forwardToDevices(io, message, channel)\n    }))',
        ),
      ),
    },
  },
  {
    id: 's6-patterns-overlap',
    likely:
      'two patterns fit the same channel, and Redis delivers the message once for each of them.',
    lookAt: 'all that is subscribed to: does one pattern hold the other?',
    matches: ({ received }) => /it heard it \d+ times/.test(received),
    programs: {
      'one in the other': replaceIn(
        'web.ts',
        "['DONE:*', 'PROGRESS:*']",
        "['DONE:*', 'DONE:*:primes', 'PROGRESS:*']",
      ),
    },
  },
  {
    id: 's6-web-does-not-listen',
    likely:
      'the worker published the result, and PUBLISH answered 0: no web instance listens to DONE channels.',
    lookAt: 'what the web instance subscribes to when it starts',
    matches: (evidence) =>
      published('worker', 'DONE:', evidence).some(({ reply }) => reply === 0) &&
      inVain(evidence),
    programs: {
      'progress only': replaceIn('web.ts', "['DONE:*', 'PROGRESS:*']", "['PROGRESS:*']"),
    },
  },
  {
    id: 's6-pattern-too-narrow',
    likely:
      'the worker listens, and PUBLISH still answered 0: its pattern does not fit the channels of the jobs.',
    lookAt: 'the pattern of the worker beside the channel of the job, letter by letter',
    matches: (evidence) =>
      inVain(evidence) &&
      published('web', 'JOB:', evidence).some(({ reply }) => reply === 0) &&
      subscribed('worker', 'PSUBSCRIBE', evidence).length > 0,
    programs: {
      'parts in another order': replaceIn('worker.ts', "'JOB:*'", "'JOB:primes:*'"),
    },
  },
  {
    id: 's6-pmessage-args',
    likely:
      'the handler takes its arguments in another order than they come: node-redis hands over the message first, then the channel.',
    lookAt: 'the parameters of the handler for the pattern',
    matches: (evidence) =>
      inGoal('every device')(evidence) && inVain(evidence) && printsMessage(evidence),
    programs: {
      'the worker': replaceIn(
        'worker.ts',
        "'JOB:*', (message, channel)",
        "'JOB:*', (channel, message)",
      ),
      'the web instance': replaceIn(
        'web.ts',
        '(message, channel) => {',
        '(channel, message) => {',
      ),
    },
  },
]
