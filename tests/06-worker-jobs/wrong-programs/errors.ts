import { type WrongPrograms, combine, replaceIn } from '../../../workshop/check/suite.ts'

/** Input that is not validated, errors that are not handled, work that blocks. */
export const errors: WrongPrograms = {
  's6-no-worker-subscribed': {
    'replies with the number alone': replaceIn(
      'sockets.ts',
      "receivers > 0 ? { receivers } : { error: 'no worker is running' }",
      '{ receivers }',
    ),
    'does not answer': replaceIn(
      'sockets.ts',
      "if (typeof reply === 'function') reply(answer)",
      'answer',
    ),
  },
  's6-error-without-fields': {
    'an Error': replaceIn(
      'sockets.ts',
      "{ error: 'no worker is running' }",
      "(new Error('no worker is running') as any)",
    ),
  },
  's6-always-an-error': {
    'a promise is not greater than 0': replaceIn(
      'sockets.ts',
      'const receivers = await client.publish',
      'const receivers = client.publish',
    ),
    'the two answers exchanged': replaceIn(
      'sockets.ts',
      'receivers > 0 ?',
      'receivers === 0 ?',
    ),
    'more than one receiver': replaceIn('sockets.ts', 'receivers > 0 ?', 'receivers > 1 ?'),
  },
  's6-json-parse-throws': {
    'in the worker': replaceIn(
      'worker.ts',
      "'JOB:*', (message, channel) => {",
      "'JOB:*', (message, channel) => {\n    JSON.parse(message)",
    ),
    'in an async handler': replaceIn(
      'worker.ts',
      "'JOB:*', (message, channel) => {",
      "'JOB:*', async (message, channel) => {\n    JSON.parse(message)",
    ),
    'in the web instance': replaceIn(
      'web.ts',
      '(message, channel) => {',
      '(message, channel) => {\n      JSON.parse(message)',
    ),
  },
  's6-reply-taken-for-granted': {
    'calls it anyway': replaceIn(
      'sockets.ts',
      "if (typeof reply === 'function') reply(answer)",
      'reply(answer)',
    ),
  },
  's6-bad-job-ends-web': {
    'reads fields of nothing': combine(
      replaceIn(
        'sockets.ts',
        'const { name, input } = fieldsOf(request)',
        'const { name, input } = request',
      ),
      replaceIn(
        'sockets.ts',
        'await ask(client, socket, request).catch(onPublishError)',
        'await ask(client, socket, request)',
      ),
    ),
  },
  's6-bad-job-ends-worker': {
    'takes every channel for one of a job': combine(
      replaceIn('worker.ts', '= readChannel(channel) ?? {}', '= readChannel(channel)!'),
      replaceIn(
        'worker.ts',
        'onJob(client, message, channel).catch((error) => console.error(`${channel}:`, error))',
        'void onJob(client, message, channel)',
      ),
    ),
    'throws at what it does not know': combine(
      replaceIn(
        'worker.ts',
        'return console.warn(`ignored, not a job: ${channel.slice(0, 80)}`)',
        "throw new Error('no such job')",
      ),
      replaceIn(
        'worker.ts',
        'onJob(client, message, channel).catch((error) => console.error(`${channel}:`, error))',
        'void onJob(client, message, channel)',
      ),
    ),
  },
  's6-job-error-ends-worker': {
    'nothing is caught': replaceIn(
      'worker.ts',
      'onJob(client, message, channel).catch((error) => console.error(`${channel}:`, error))',
      'void onJob(client, message, channel)',
    ),
  },
  's6-sigterm-too-late': {
    'waits for its job': combine(
      replaceIn('shutdown.ts', 'const LIMIT_MS = 1000', 'const LIMIT_MS = 60_000'),
      replaceIn(
        'worker.ts',
        '    await started\n    client2',
        "    await started\n    console.log('waiting for the job')\n    await new Promise((_) => setTimeout(_, 30_000))\n    client2",
      ),
    ),
    'waits for its browsers': combine(
      replaceIn('shutdown.ts', 'const LIMIT_MS = 1000', 'const LIMIT_MS = 60_000'),
      replaceIn('server.ts', 'const GRACE_MS = 600', 'const GRACE_MS = 30_000'),
      replaceIn(
        'web.ts',
        '    io.engine.close() // browsers reconnect by themselves, to another instance\n',
        '',
      ),
    ),
  },
  's6-blocking-work': {
    'in the handler': combine(
      replaceIn('worker.ts', 'await countInThread(input', 'countPrimes(input'),
      replaceIn(
        'worker.ts',
        "import { countInThread, runInThread, withLimit } from './worker-thread.ts'",
        "import { countPrimes } from './primes.ts'\nimport { runInThread, withLimit } from './worker-thread.ts'",
      ),
    ),
  },
  's6-bad-message-ends-web': {
    'reads fields of null': combine(
      replaceIn(
        'sockets.ts',
        'const { done, result } = fieldsOfJson(message)',
        'const { done, result } = parse(message)',
      ),
      replaceIn(
        'sockets.ts',
        'type Answer =',
        'function parse(message: string) {\n  try {\n    return JSON.parse(message)\n  } catch {\n    return null\n  }\n}\n\ntype Answer =',
      ),
      replaceIn('web.ts', '(message, channel) => {', 'async (message, channel) => {'),
    ),
  },
}
