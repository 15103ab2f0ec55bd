import type { Endpoint } from '../../../workshop/check/http.ts'
import type { HttpSession } from '../../../workshop/check/http-session.ts'
import type { SocketClient } from '../../../workshop/check/socket-client.ts'
import { ExpectationFailed, expectTrue } from '../../../workshop/check/expectation.ts'
import { describeEvent } from '../../../workshop/check/socket-events.ts'
import {
  type Ack,
  type Job,
  doneEvents,
  fieldsOf,
  pollEvery,
  requestJob,
  waitForDone,
} from './jobs.ts'
import { cpuClock } from '../../../workshop/check/cpu-clock.ts'
import { waitFor } from '../../../workshop/check/wait-for.ts'
import type { AppUnderTest } from '../../../workshop/check/app-under-test.ts'
import type { TestBed } from '../../../workshop/check/test-bed.ts'

/** What a client can say about who it is, in the fields that servers believe. */
export function identityClaims(user: string): Record<string, string> {
  return {
    user,
    userId: user,
    userID: user,
    user_id: user,
    id: user,
    uid: user,
    username: user,
  }
}

/** The same place, with these claims in the address. */
export function withFalseIdentity({ name, url }: Endpoint, user: string): Endpoint {
  return { name, url: `${url}/?${new URLSearchParams(identityClaims(user))}` }
}

/** Somebody who is not logged in, if such people get in at all. */
export async function anonymousClient(
  stage: TestBed,
  place: Endpoint,
  auth: Record<string, string>,
): Promise<SocketClient | undefined> {
  const device = stage.socketClient(place, { name: 'a stranger', auth })
  try {
    return await device.connect()
  } catch (error) {
    if (error instanceof ExpectationFailed) return undefined
    throw error
  }
}

/** Two users' jobs go on channels of their own. */
export function expectSeparateChannels(
  one: string,
  id: string,
  other: string,
  otherId: string,
): void {
  expectTrue(
    id !== otherId && id !== other && otherId !== one,
    `the jobs of ${one} on "JOB:${one}:primes", those of ${other} on "JOB:${other}:primes"`,
    id === otherId ? `both on "JOB:${id}:primes"` : `"JOB:${id}:primes" for ${one}`,
    'web.1',
  )
}

/** All devices of a user hear the result of a job. */
export async function waitForAll(
  stage: TestBed,
  devices: readonly SocketClient[],
  what: Job,
): Promise<void> {
  for (const device of devices) {
    try {
      await waitForDone(stage, device, what)
    } catch (error) {
      const other = devices.find((one) => doneEvents(one, what).length > 0)
      if (!(error instanceof ExpectationFailed) || !other) throw error
      throw new ExpectationFailed(error.expected, `only ${other.name} has heard it`)
    }
  }
}

/** A device has heard the result of a job once. */
export function expectDoneOnce(device: SocketClient, what: Job): void {
  const times = doneEvents(device, what).length
  expectTrue(
    times === 1,
    `${device.name} to hear "done" of one job once`,
    `it heard it ${times} times`,
  )
}

/** A device has received one `done` per job, whatever is in it: none for progress, for example. */
export function expectDoneCount(device: SocketClient, jobs: number): void {
  const times = device.receivedEvents('done').length
  expectTrue(
    times === jobs,
    `${device.name} to receive "done" ${jobs} times, once per job`,
    `it received it ${times} times`,
  )
}

/** A device has heard nothing of somebody else's job. @param progress as its news tell it */
export function expectNotReceived(
  device: SocketClient,
  user: string,
  { count }: Job,
  progress?: number,
): void {
  const number = new RegExp(`(?<![\\d.])${count}(?!\\d)`)
  const leak = device.received.find(({ event, args }) => {
    const text = JSON.stringify(args)
    return (
      (event === 'done' && number.test(text)) ||
      (progress !== undefined && text.includes(String(progress)))
    )
  })
  expectTrue(
    !leak,
    `${device.name} to hear nothing of the job of "${user}"`,
    leak ? `it heard ${describeEvent(leak)}` : '',
  )
}

/**
 * Asserts that a job is answered with an error: an acknowledgement that differs from that of jobs
 * that were done, or an event that they did not cause. What an error looks like is not prescribed.
 *
 * @param good the acknowledgements of two jobs that were done
 */
export async function expectErrorReply(
  stage: TestBed,
  web: AppUnderTest,
  device: SocketClient,
  what: Job,
  good: readonly [Ack, Ack],
): Promise<void> {
  const before = device.received.length
  const usual = new Set(device.received.map(({ event }) => event))
  const answer = requestJob(device, what)
  const found = await waitFor({
    poll: () => {
      const events = device.received
        .slice(before)
        .some(({ event, args }) => !usual.has(event) || args.some(isError))
      // Another number of receivers is no error, and here some client did receive the job.
      const received = web
        .sentCommands('PUBLISH')
        .findLast(({ args: [channel] }) => channel?.startsWith('JOB:'))
      const another = answer.args && !(Number(received?.reply) > 0)
      const replied =
        answer.args?.some(isError) || (another && differs(answer.args ?? [], good))
      return events || replied || undefined
    },
    onChange: pollEvery(20),
    withinMs: 2_000,
    shortenWhen: () => answer.args !== undefined || web.instance.exit !== undefined,
    signal: stage.signal,
  })
  if (found) return
  const last = device.received.at(-1)
  const came = answer.args
    ? `it was acknowledged with ${JSON.stringify(answer.args).slice(1, -1) || 'nothing'}`
    : last && `it heard ${describeEvent(last)}`
  throw new ExpectationFailed(
    `${device.name} to be answered with an error at once, as no worker is running`,
    web.instance.exit ? web.describe() : (came ?? 'it heard nothing'),
    'web.1',
  )
}

/** Another user's page comes while a job is done. */
export async function expectResponsive(web: AppUnderTest, browser: HttpSession): Promise<void> {
  const asked = cpuClock.now()
  await browser.request(web, 'GET', '/me')
  const ms = cpuClock.since(asked, { exact: true }).countedMs
  expectTrue(
    ms < 3_000,
    `${web.name} to answer GET /me during a job`,
    `only after ${(ms / 1000).toFixed(1)} seconds`,
    web.name,
  )
}

/** A process that is busy cannot notice that its connection was cut. */
export async function expectReconnects(stage: TestBed, worker: AppUnderTest): Promise<void> {
  const [connection] = worker.proxy.openConnections()
  const mark = stage.recording.nextSeq()
  if (connection !== undefined) worker.proxy.disconnect(connection)
  await worker.waitUntil(
    `${worker.name} to stay responsive during a job: to open a connection that was cut again`,
    () => worker.wire.find(({ kind, seq }) => kind === 'open' && seq >= mark),
    { received: () => (worker.instance.exit ? undefined : 'it did not notice') },
  )
}

/** Ends within two seconds of SIGTERM. */
export async function expectExitsInTime(program: AppUnderTest): Promise<void> {
  program.sendSignal('SIGTERM')
  await program.waitForExit(
    `${program.name} to end within 2 seconds of SIGTERM, during a job`,
    2_000,
  )
}

function differs(answer: readonly unknown[], [one, two]: readonly [Ack, Ack]): boolean {
  return !resembles(answer, one.args, two.args)
}

// What differs between two good answers, such as an id, says nothing, and neither does a count of 0.
function resembles(value: unknown, one: unknown, two: unknown): boolean {
  if (typeof value === 'object' && value !== null && typeof one === 'object' && one !== null) {
    const [own, good, other] = [fieldsOf(value), fieldsOf(one), fieldsOf(two)]
    const keys = Object.keys(good)
    return (
      keys.join() === Object.keys(own).join() &&
      keys.every((key) => resembles(own[key], good[key], other[key]))
    )
  }
  if (typeof value !== typeof one || value === null) return value === one
  return value === one || value === 0 || one !== two
}

function isError(value: unknown): boolean {
  if (value instanceof Error) return true
  if (typeof value === 'string')
    return !/^(ok|published|queued|accepted|sent|done)\b/i.test(value)
  const { error, err, errors, message, reason, ok, success, status } = fieldsOf(value)
  if (ok === false || success === false) return true
  return [error, err, errors, message, reason].some(Boolean) || /err|fail/i.test(String(status))
}
