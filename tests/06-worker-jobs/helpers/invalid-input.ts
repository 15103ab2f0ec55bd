import { once } from 'node:events'
import {
  type CommandEvent,
  type AppUnderTest,
  type TestBed,
  isCommand,
} from '../../../workshop/check/suite.ts'
import { newLatch } from '../../shared/latch.ts'

/** What a browser could send as the arguments of `job`. */
export const badRequests: readonly (readonly unknown[])[] = [
  [],
  [null],
  ['primes'],
  [42],
  [[]],
  [{}],
  [{ name: 'primes' }],
  [{ name: 'primes', input: 'many' }],
  [{ name: 'primes', input: -1 }],
  [{ name: 'primes', input: null }],
  [{ name: 'fly', input: 10 }],
  [{ name: '__proto__', input: 10 }],
  [{ name: 'constructor', input: 10 }],
  [{ name: { toString: 1 }, input: 10 }],
  [{ name: 'primes', input: 'many' }, 'not a function'],
]

const payloads = [
  'not json',
  '',
  'null',
  '42',
  '"text"',
  '[]',
  '{}',
  '{"id":1,"input":"many","result":null,"done":"half"}',
  '{"id":"x","input":-5,"done":-1}',
]

/** Publishes malformed messages where jobs and their results are published. @param id of a user */
export async function publishInvalidMessages(testBed: TestBed, id: string): Promise<void> {
  for (const kind of ['JOB', 'DONE', 'PROGRESS']) {
    for (const channel of [`${kind}:${id}:primes`, `${kind}:${id}:fly`]) {
      await testBed.publish(channel, ...payloads)
    }
    const odd = [
      `${kind}:`,
      `${kind}::`,
      `${kind}:${id}`,
      `${kind}:%E0%A4:primes`,
      `${kind}:a:b:c:d`,
    ]
    for (const channel of odd)
      await testBed.publish(channel, 'not json', '{"id":"y","input":10}')
  }
}

/** Publishes on channels that are no job's, but look like it. */
export async function publishOnSimilarChannels(testBed: TestBed, id: string): Promise<void> {
  for (const channel of [
    `JOBS:${id}:primes`,
    `NOJOB:${id}:primes`,
    'JOB',
    'status',
    'DONEX:x',
  ]) {
    await testBed.publish(channel, 'not json', '{"id":"z","input":10}')
  }
}

/** A message that an app is going to publish. */
interface Coming {
  /** How its channel begins. */
  start: string
  /** Which of the messages there is meant. */
  fits?: (message: string) => boolean
}

/**
 * Has a malformed message arrive in one packet with a message that this app is going to publish,
 * in front of it. What a handler that throws loses is certain, then: the app's own message waits
 * until this one has arrived.
 */
export async function deliverInvalidFirst(
  testBed: TestBed,
  app: AppUnderTest,
  { start, fits = () => true }: Coming,
  request: () => void,
  arrives: () => Promise<unknown>,
): Promise<void> {
  const released = new AbortController()
  const until = once(released.signal, 'abort')
  const meant = (command: CommandEvent) =>
    command.name === 'PUBLISH' &&
    (command.args[0] ?? '').startsWith(start) &&
    fits(command.args[1] ?? '')
  const mark = testBed.recording.nextSeq()
  app.proxy.holdCommand(meant, until)
  const missing = {
    kind: 'command-missing',
    ...afterMalformed,
    app: app.name,
    command: 'PUBLISH',
    channel: `${start}ada:primes`,
  } as const
  try {
    request()
    const { args } = await app.waitUntil(missing, () =>
      app.wire.filter(isCommand).find((command) => command.seq >= mark && meant(command)),
    )
    const [channel = '', message = ''] = args
    await testBed.publish(channel, 'not json', message)
    await arrives()
  } finally {
    released.abort()
  }
}

/** For facts: what came before. */
export const afterMalformed = {
  expectation: 'after-malformed-messages',
  when: 'after malformed messages of the check, such as {"done":-1}',
}

/** For facts: what came before. */
export const afterRefusal = {
  expectation: 'after-refused-result',
  when: 'after Redis has refused the result of a job',
}

function isResult({ name, args: [channel = ''] }: CommandEvent): boolean {
  return name === 'PUBLISH' && channel.startsWith('DONE:')
}

/** Redis refuses the result of a job: an error that doJob() rejects with. */
export async function refuseResult(
  testBed: TestBed,
  worker: AppUnderTest,
  request: () => void,
): Promise<void> {
  const { released, release } = newLatch()
  worker.proxy.holdCommand(isResult, released)
  try {
    request()
    const held = () => worker.wire.filter(isCommand).find((command) => command.held)
    const result = await worker.poll(2_000, held)
    if (!result) return
    await testBed.redisCommand('ACL', 'SETUSER', 'default', '-publish')
    release()
    await worker.poll(2_000, () => result.reply ?? worker.instance.exit)
  } finally {
    release()
    await testBed.redisCommand('ACL', 'SETUSER', 'default', '+publish')
  }
}
