import { expect, test } from 'vitest'
import { describeState } from '../../../workshop/check/dead-end.ts'
import type { Diagnosis, Text } from '../../../workshop/check/diagnosis.ts'
import type { AppEvidence, Evidence } from '../../../workshop/check/evidence.ts'
import { valueDiagnoses } from '../../../workshop/check/value-diagnoses.ts'
import { unknownCause } from '../../../workshop/check/unknown-cause.ts'
import { RespError } from '../../../workshop/proxy/index.ts'

const base = { connection: 1, at: 0, instance: 'web.1' }

function newApp(name: string, more: Partial<AppEvidence>): AppEvidence {
  return {
    name,
    env: {},
    redis: { host: '127.0.0.1', port: 1 },
    listening: [],
    lines: [],
    truncated: false,
    connectAttempts: [],
    envReads: [],
    signalHandlers: [],
    exit: undefined,
    exitSeq: undefined,
    signalled: undefined,
    wire: [],
    ...more,
  }
}

function command(seq: number, name: string, ...args: string[]) {
  const replied = { reply: null, repliedAt: 1, replySeq: seq }
  return { ...base, seq, kind: 'command', name, args, ...replied } as const
}

function evidenceOf(app: AppEvidence, ...others: AppEvidence[]): Evidence {
  const fact = { kind: 'store-missing', app: app.name } as const
  return { goal: '', fact, app, apps: [app, ...others], openTodos: [] }
}

test('the last event may be one of another program', () => {
  const web = newApp('web.1', { wire: [command(1, 'PUBLISH', 'JOB:ada:primes', '{}')] })
  const worker = newApp('worker.1', { wire: [command(2, 'SET', 'job:1', '1', 'NX')] })
  const { likely } = unknownCause(evidenceOf(web, worker), undefined)
  expect(likely).toMatch(/web\.1 sent PUBLISH .*; worker\.1 sent SET job:1/)
})

test('a message that two programs received is mentioned once, and cut where it is long', () => {
  const push = {
    ...base,
    kind: 'push' as const,
    name: 'message',
    args: ['all', 'x'.repeat(300)],
  }
  const web1 = newApp('web.1', { wire: [{ ...push, seq: 1 }] })
  const web2 = newApp('web.2', {
    wire: [command(2, 'PUBLISH', 'all', 'x'), { ...push, seq: 3 }],
  })
  const { likely } = unknownCause(evidenceOf(web1, web2), undefined)
  expect(likely).toMatch(/: web\.1 and web\.2 received message all x+…\.$/)
})

test('an error that the program printed precedes the last event', () => {
  const texts = [
    'POST /login failed: TypeError: req is undefined',
    '    at node:internal/process/task_queues:95:5',
    '    at login (/steps/05/login.ts:43:5)',
    'an error of a package',
    '    at connect (/node_modules/redis/index.js:1:1)',
  ]
  const lines = texts.map((text, i) => ({ text, stream: 'stderr' as const, at: 0, seq: i + 2 }))
  const web = newApp('web.1', { wire: [command(1, 'SET', 'sess:1', '{}')], lines })
  const { likely, lookAt } = unknownCause(evidenceOf(web), undefined)
  expect(likely).toContain(`"${texts[0]}" (steps/05/login.ts:43:5). The last`)
  expect(lookAt).toContain('steps/05/login.ts:43:5')
})

test.each([
  ['ignored, not an event: user:ada', '{"event":"messageSent"}', true],
  ['ignored, not an event: "user:ada"', '{"event":"messageSent"}', true],
  ['ignored a message on user:ada', '{"event":"messageSent"}', false],
  ['ignored, not JSON: user:ada', 'oops', false],
])(
  'a listener seems to take the channel for the message after "%s", for %s: %s',
  (text, payload, isClaimed) => {
    const args = ['user:ada', payload]
    const push = { ...base, seq: 1, kind: 'push', name: 'message', args } as const
    const lines = [{ text, stream: 'stderr' as const, at: 0, seq: 2 }]
    const app = newApp('web.1', { wire: [push], lines })
    const missing = { client: 'ada', event: 'message', connected: true }
    const fact = { kind: 'event-missing', app: 'web.1', ...missing } as const
    const claim = valueDiagnoses.find(({ id }) => id === 'channel-for-message')
    expect(claim?.requires({ ...evidenceOf(app), fact })).toBe(isClaimed)
  },
)

test.for([
  ['FATAL ERROR: … - JavaScript heap out of memory', ', as its memory was full'],
  ['# Fatal JavaScript invalid size error 169220804', ', as a list in it had grown too long'],
  ['web.1 started', ''],
] as const)('why Node has given up: %s', ([text, why]) => {
  const exit = { code: null, signal: 'SIGTRAP' } as AppEvidence['exit']
  const lines = [{ seq: 1, text, stream: 'stderr', at: 0 }] as const
  expect(describeState(newApp('web.1', { exit, lines }))).toBe(
    `it ended with signal SIGTRAP${why}`,
  )
})

test('an error of a script is shown without the script, with the line that failed', () => {
  const error = 'WRONGTYPE Operation against a key holding the wrong kind of value'
  const place = `script: ${'a'.repeat(40)}, on @user_script:5.`
  const reply = new RespError(`${error} ${place}`)
  const script = "local id = redis.call('XADD', KEYS[1], '*', 'json', ARGV[1])"
  const event = { ...command(1, 'EVAL', script, '1', 'history', '{}'), reply }
  const words = wordsOf('redis-error', evidenceOf(newApp('web.1', { wire: [event] })))
  expect(words.likely).toBe(`Redis replied to EVAL with an error: "${error}".`)
  expect(words.lookAt).toMatch(/^line 5 of the script that you send with EVAL/)
})

test.each([
  ['SET', 'ERR syntax error', false],
  ['SET', "ERR wrong number of arguments for 'set' command", true],
])('after %s with "%s", the words of a command may be joined: %s', (name, error, areJoined) => {
  const event = { ...command(1, name, 'job:1', 'x'), reply: new RespError(error) }
  const { lookAt } = wordsOf('redis-error', evidenceOf(newApp('web.1', { wire: [event] })))
  expect(lookAt.includes('each a word of its own')).toBe(areJoined)
})

test.each([
  ['listener is not a function', [], '`pSubscribe()`'],
  ['this.listener is not a function', [], undefined],
  ['TypeError: listener is not a function', ['    at call (/steps/05/bus.ts:4:5)'], undefined],
  [
    'TypeError: listener is not a function',
    ['    at x (/redis/pub-sub.js:1:1)'],
    '`pSubscribe()`',
  ],
])('a subscription without a listener, after "%s" and %j: %s', (text, stack, call) => {
  const args = ['user:*', 'user:ada', '{}']
  const push = { ...base, seq: 2, kind: 'push', name: 'pmessage', args } as const
  const lines = [text, ...stack].map((one, i) => {
    return { text: one, stream: 'stderr' as const, at: 0, seq: i + 3 }
  })
  const wire = [command(1, 'PSUBSCRIBE', 'user:*'), push]
  const evidence = evidenceOf(newApp('web.1', { wire, lines }))
  expect(diagnosisOf('no-listener').requires(evidence)).toBe(call !== undefined)
  if (call) expect(wordsOf('no-listener', evidence).lookAt).toContain(`argument of ${call}`)
})

test.each([
  ['sub.psubscribe is not a function', /`pSubscribe\(\)`, with the handler/],
  ['TypeError: client.hgetall is not a function', /`hGetAll\(\)`: since version 4/],
  ['bus.psub is not a function', /`bus\.psub\(\)` is no function/],
  ['Queue is not a constructor', /`new` needs a class, and `Queue` is none/],
])('what "%s" means', (text, meaning) => {
  const lines = [{ text, stream: 'stderr', at: 0, seq: 1 }] as const
  expect(wordsOf('code-error', evidenceOf(newApp('web.1', { lines }))).likely).toMatch(meaning)
})

test.each([
  [
    "Cannot access 'Queue' before initialization",
    /^the line that uses `Queue`, and the line of its `class`/,
  ],
  ['names is not iterable', /^the line that uses `names`\. What comes after/],
  ['TypeError: Invalid something', /^the line that throws the error; `error\.stack`/],
])('where to look after "%s", printed without a stack', (text, place) => {
  const lines = [{ text, stream: 'stderr', at: 0, seq: 1 }] as const
  expect(wordsOf('code-error', evidenceOf(newApp('web.1', { lines }))).lookAt).toMatch(place)
})

test.each([
  ['"arguments[1]" must be of type "string | Buffer", got function instead.', /channel first/],
  ['"arguments[3]" must be of type "string | Buffer", got function instead.', /no callbacks/],
  ['"arguments[2]" must be of type "string | Buffer", got number instead.', /of type number/],
  ['Invalid URL', /^the values that your code passes to a package/],
])('where to look after an error in a package: %s', (message, place) => {
  const lines = [`TypeError: ${message}`, '    at x (/client/encoder.js:1:1)'].map((one, i) => {
    return { text: one, stream: 'stderr' as const, at: 0, seq: i + 1 }
  })
  expect(wordsOf('code-error', evidenceOf(newApp('web.1', { lines }))).lookAt).toMatch(place)
})

function diagnosisOf(id: string): Diagnosis {
  const found = valueDiagnoses.find((one) => one.id === id)
  if (!found) throw new Error(`there is no ${id}`)
  return found
}

function wordsOf(id: string, evidence: Evidence) {
  const { likely, lookAt } = diagnosisOf(id)
  const render = (text: Text) => (typeof text === 'string' ? text : text(evidence))
  return { likely: render(likely), lookAt: render(lookAt) }
}
