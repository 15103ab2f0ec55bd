import {
  type KnownMistake,
  combine,
  replaceIn,
  writeFile,
} from '../../../workshop/check/suite.ts'
import {
  fell,
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
      "The result is on a channel that the worker's own pattern matches, so the worker receives it as a new job, again and again.",
    lookAt: 'the channel of the result: it should begin with DONE',
    matches: (evidence) => published('worker', 'JOB:', evidence).length > 1,
    programs: {
      'JOB:…:done': naiveWorker("await client.publish(channel + ':done', message)"),
    },
  },
  {
    id: 's6-subscribe-literal-star',
    likely:
      'You subscribe to a name that contains a star. subscribe() takes names literally; patterns need pSubscribe().',
    lookAt: 'the call that subscribes with a star',
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
      'The pattern of the web instance also matches JOB channels, so PUBLISH counts the web instance as a receiver of jobs.',
    lookAt: 'the pattern of the web instance',
    matches: (evidence) => reached('web', 'JOB:', evidence).length > 0,
    programs: {
      'a star for all': replaceIn('web.ts', webPatterns, "client2.pSubscribe('*',"),
    },
  },
  {
    id: 's6-subscribe-per-request',
    likely: 'You subscribe again for every connection or every job. Each call adds a handler.',
    lookAt: 'where `pSubscribe()` is called: it should run once, at the start',
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
      'Two patterns match the same channel, and Redis delivers the message once for each.',
    lookAt: 'all subscriptions: does one pattern include the other?',
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
      'The worker published the result and PUBLISH returned 0: no web instance subscribes to DONE channels.',
    lookAt: 'what the web instance subscribes to at its start',
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
      'The worker subscribes to a pattern that does not match the channel of the job, so PUBLISH returned 0.',
    lookAt: 'the pattern of the worker and the channel of the job, character by character',
    matches: (evidence) =>
      !fell('worker', evidence) &&
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
      'The handler swaps its parameters: node-redis passes the message first, then the channel.',
    lookAt: 'the parameters of the handler of pSubscribe()',
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
