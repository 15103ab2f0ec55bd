import { once } from 'node:events'
import type { CommandEvent } from '../../../workshop/proxy/index.ts'
import { isCommand } from '../../../workshop/check/evidence.ts'
import type { AppUnderTest } from '../../../workshop/check/app-under-test.ts'
import type { TestBed } from '../../../workshop/check/test-bed.ts'

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

/** Publishes nonsense where jobs and news of them are published. @param id of a user */
export async function publishInvalidMessages(stage: TestBed, id: string): Promise<void> {
  for (const kind of ['JOB', 'DONE', 'PROGRESS']) {
    for (const channel of [`${kind}:${id}:primes`, `${kind}:${id}:fly`]) {
      await stage.publish(channel, ...payloads)
    }
    const odd = [
      `${kind}:`,
      `${kind}::`,
      `${kind}:${id}`,
      `${kind}:%E0%A4:primes`,
      `${kind}:a:b:c:d`,
    ]
    for (const channel of odd) await stage.publish(channel, 'not json', '{"id":"y","input":10}')
  }
}

/** Publishes on channels that are no job's, but look like it. */
export async function publishOnSimilarChannels(stage: TestBed, id: string): Promise<void> {
  for (const channel of [
    `JOBS:${id}:primes`,
    `NOJOB:${id}:primes`,
    'JOB',
    'status',
    'DONEX:x',
  ]) {
    await stage.publish(channel, 'not json', '{"id":"z","input":10}')
  }
}

/** A message that a program is going to publish. */
interface Coming {
  /** How its channel begins. */
  start: string
  /** Which of the messages there is meant. */
  fits?: (message: string) => boolean
}

/**
 * Has nonsense arrive in one packet with a message that this program is going to publish, in
 * front of it. What a handler that throws loses is certain, then: the program's own message
 * waits until this one has arrived.
 */
export async function deliverInvalidFirst(
  stage: TestBed,
  program: AppUnderTest,
  { start, fits = () => true }: Coming,
  play: () => void,
  arrives: () => Promise<unknown>,
): Promise<void> {
  const released = new AbortController()
  const until = once(released.signal, 'abort')
  const meant = (command: CommandEvent) =>
    command.name === 'PUBLISH' &&
    (command.args[0] ?? '').startsWith(start) &&
    fits(command.args[1] ?? '')
  const mark = stage.recording.nextSeq()
  program.proxy.holdCommand(meant, until)
  try {
    play()
    const { args } = await program.waitUntil(`${program.name} to publish on "${start}…"`, () =>
      program.wire.filter(isCommand).find((command) => command.seq >= mark && meant(command)),
    )
    const [channel = '', message = ''] = args
    await stage.publish(channel, 'not json', message)
    await arrives()
  } finally {
    released.abort()
  }
}
