import {
  type WrongPrograms,
  combine,
  replaceIn,
  writeFile,
} from '../../../workshop/check/suite.ts'

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
const webHandler = `(message, channel) => {
      forwardToDevices(io, message, channel)
    })`

/** The wrong subscriptions. */
export const subscriptions: WrongPrograms = {
  's6-result-loop': {
    'JOB:…:done': naiveWorker("await client.publish(channel + ':done', message)"),
    'the channel of the job': replaceIn('worker.ts', "channelOf('DONE',", "channelOf('JOB',"),
  },
  's6-subscribe-literal-star': {
    'the worker': replaceIn('worker.ts', "pSubscribe('JOB:*'", "subscribe('JOB:*'"),
    'the web instances': replaceIn(
      'web.ts',
      webPatterns,
      "client2.subscribe(['DONE:*', 'PROGRESS:*'],",
    ),
  },
  's6-pattern-too-wide': {
    'a star for all': replaceIn('web.ts', webPatterns, "client2.pSubscribe('*',"),
  },
  's6-worker-not-subscribed': {
    'instances only': replaceIn(
      'worker.ts',
      "await client2.pSubscribe('JOB:*', (message, channel) => {",
      'void ((message: string, channel: string) => {',
    ),
  },
  's6-subscribe-per-request': {
    'the same pattern twice': replaceIn(
      'web.ts',
      `await ${webPatterns}`,
      `const twice: any = (patterns: string[], handler: any) =>
      client2.pSubscribe(patterns, handler).then(() => client2.pSubscribe(patterns, handler.bind(0)))
    await twice(['DONE:*', 'PROGRESS:*'],`,
    ),
    'with every connection': combine(
      replaceIn('web.ts', `await ${webPatterns}`, `io.on('connection', () => ${webPatterns}`),
      replaceIn(
        'web.ts',
        '      forwardToDevices(io, message, channel)\n    })',
        '      forwardToDevices(io, message, channel)\n    }))',
      ),
    ),
  },
  's6-adapter': {
    'createAdapter(), and DONE on every instance': combine(
      replaceIn(
        'web.ts',
        'import { newClient }',
        "import { createAdapter } from '@socket.io/redis-adapter'\nimport { newClient }",
      ),
      replaceIn(
        'web.ts',
        '    await listen(server)\n',
        `    const client3 = newClient()
    await client3.connect()
    io.adapter(createAdapter(client, client3))
    await listen(server)
`,
      ),
    ),
  },
  's6-resubscribe-on-ready': {
    "on('ready')": combine(
      replaceIn('web.ts', `    await ${webPatterns} ${webHandler}\n`, ''),
      replaceIn(
        'web.ts',
        '    await Promise.all([client.connect()',
        `    client2.on('ready', () => void ${webPatterns} ${webHandler})
    await Promise.all([client.connect()`,
      ),
    ),
  },
  's6-patterns-overlap': {
    'one in the other': replaceIn(
      'web.ts',
      "['DONE:*', 'PROGRESS:*']",
      "['DONE:*', 'DONE:*:primes', 'PROGRESS:*']",
    ),
  },
  's6-web-not-subscribed': {
    'progress only': replaceIn('web.ts', "['DONE:*', 'PROGRESS:*']", "['PROGRESS:*']"),
  },
  's6-pattern-too-narrow': {
    'parts in another order': replaceIn('worker.ts', "'JOB:*'", "'JOB:primes:*'"),
  },
  's6-no-handler': {
    'two patterns and a handler': replaceIn(
      'web.ts',
      webPatterns,
      "client2.pSubscribe('DONE:*', 'PROGRESS:*',",
    ),
  },
  's6-pmessage-args': {
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
    'the call in the handler': replaceIn(
      'web.ts',
      'forwardToDevices(io, message, channel)',
      'forwardToDevices(io, channel, message)',
    ),
  },
  's6-result-published-twice': {
    'two publications': replaceIn(
      'worker.ts',
      "await client.publish(channelOf('DONE', user, name), JSON.stringify({ result }))",
      "for (const to of [user, user]) await client.publish(channelOf('DONE', to, name), JSON.stringify({ result }))",
    ),
  },
}
