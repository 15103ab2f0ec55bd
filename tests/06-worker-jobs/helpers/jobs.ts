import type { CommandEvent } from '../../../workshop/proxy/index.ts'
import type { Endpoint } from '../../../workshop/check/http.ts'
import type { HttpSession } from '../../../workshop/check/http-session.ts'
import type { SocketClient } from '../../../workshop/check/socket-client.ts'
import { isCommand } from '../../../workshop/check/evidence.ts'
import { ExpectationFailed } from '../../../workshop/check/expectation.ts'
import { type ReceivedEvent, describeEvent } from '../../../workshop/check/socket-events.ts'
import { fieldsOf } from '../../../workshop/check/json.ts'
import { waitFor } from '../../../workshop/check/wait-for.ts'
import type { SocketOptions } from '../../../workshop/check/create-socket.ts'
import type { AppUnderTest } from '../../../workshop/check/app-under-test.ts'
import type { TestBed } from '../../../workshop/check/test-bed.ts'

export { fieldsOf }

// What a gate says about jobs. Each job has another result, so that one can tell, wherever a
// result turns up, whose it is: how many primes there are up to 100, 200, …

const counts = [25, 46, 62, 78, 95, 109, 125, 139, 154, 168]

/** A job that a device asks for. */
export interface Job {
  input: number
  count: number
}

/** The n-th job, from 1 to 10. */
export function job(n: number): Job {
  return { input: n * 100, count: counts[n - 1] ?? NaN }
}

/** Starts a web instance and waits until it answers requests. */
export async function startWebApp(stage: TestBed, name: string): Promise<AppUnderTest> {
  const web = await stage.start(name, { entry: 'web.ts' })
  await web.waitForHttp()
  return web
}

/** Starts a worker and waits until Redis has confirmed that it hears everybody's jobs. */
export async function startWorker(stage: TestBed): Promise<AppUnderTest> {
  const worker = await stage.start('worker.1', { entry: 'worker.ts' })
  const subscriptions = () => worker.wire.filter(isCommand).filter(isSubscription)
  const strange = () => subscriptions().filter(({ args }) => !args.includes('instances'))
  await worker.waitUntil(
    'worker.1 to subscribe to a pattern that fits "JOB:ada:primes"',
    () => subscriptions().find(isPatternFor('JOB')),
    {
      shortenWhen: () => strange().length > 0,
      received: () => strange().map(inWords)[0],
    },
  )
  return worker
}

/** A web instance and a worker that hear each other. */
export function startBoth(stage: TestBed): Promise<[web: AppUnderTest, worker: AppUnderTest]> {
  return Promise.all([startWebApp(stage, 'web.1'), startWorker(stage)])
}

/** A browser in which a user has logged in. */
export async function login(stage: TestBed, to: Endpoint, user: string): Promise<HttpSession> {
  const browser = stage.httpSession()
  const { status } = await browser.request(to, 'POST', '/login', { json: { user } })
  if (status < 400) return browser // how a login is answered is step 5's matter
  throw new ExpectationFailed(`${to.name} to let "${user}" log in`, `status ${status}`, to.name)
}

/** A connected device of a user; the browser is the user's. */
export async function connectDevice(
  stage: TestBed,
  web: AppUnderTest,
  session: HttpSession,
  name: string,
  { address = web, ...options }: SocketOptions & { address?: Endpoint } = {},
): Promise<SocketClient> {
  const device = await stage.socketClient(address, { session, name, ...options }).connect()
  // Some subscribe only now, for this user alone.
  await web.poll(1_000, () => {
    const subscriptions = web.wire.filter(isCommand).filter(isSubscription)
    const settled = subscriptions.every(({ reply }) => reply !== undefined)
    return (settled && subscriptions.some(isPatternFor('DONE'))) || undefined
  })
  return device
}

/** Logs a user in, who has one device. */
export async function connectMember(
  stage: TestBed,
  web: AppUnderTest,
  user: string,
): Promise<SocketClient> {
  return connectDevice(stage, web, await login(stage, web, user), `${user}'s device`)
}

/** Asks for a job. @param more fields beside name and input */
export function requestJob(device: SocketClient, { input }: Job, more: object = {}): Ack {
  const answer: Ack = {}
  device.emit('job', { name: 'primes', input, ...more }, (...args: unknown[]) => {
    answer.args = args
  })
  return answer
}

/** What a job was acknowledged with, as soon as that has come. */
export interface Ack {
  args?: readonly unknown[]
}

/** The jobs it has published so far. */
export function publishedJobs(web: AppUnderTest): CommandEvent[] {
  return web.sentCommands('PUBLISH').filter(({ args }) => args[0]?.startsWith('JOB:'))
}

/** Asks for a job and waits until it is published. @returns what stands for the user's id */
export async function waitForJob(
  web: AppUnderTest,
  device: SocketClient,
  what: Job,
  more?: object,
) {
  const before = web.sentCommands('PUBLISH').length
  const answer = requestJob(device, what, more)
  const since = () => web.sentCommands('PUBLISH').slice(before)
  const expected = `${web.name} to publish the job of ${device.name} on "JOB:<userId>:primes"`
  const command = await web.waitUntil(
    expected,
    () => since().find(({ args }) => idIn(args[0]) !== undefined),
    {
      shortenWhen: () =>
        since().length > 0 ||
        answer.args !== undefined ||
        device.receivedEvents('done').length > 0,
      received: () => instead(since(), device, answer),
    },
  )
  return { id: idIn(command.args[0]) ?? '', channel: command.args[0] ?? '', answer, command }
}

/** Waits until a device has heard the result of a job. */
export async function waitForDone(
  stage: TestBed,
  device: SocketClient,
  what: Job,
): Promise<ReceivedEvent> {
  const { apps: programs } = stage
  const over = () =>
    programs.some(({ instance }) => instance.exit) ||
    // It does not come from here any more.
    programs.some((one) => one.name.startsWith('worker') && publishedJobs(one).length > 0) ||
    // Nobody heard the job, or its result is already on the way.
    programs.some((program) => program.sentCommands('PUBLISH').some(hasNoReceivers)) ||
    programs.some((program) =>
      program
        .receivedMessages('DONE:')
        .some(({ args }) => args.some((arg) => holds(arg, what))),
    )
  const found = await waitFor({
    poll: () => doneEvents(device, what)[0],
    onChange: pollEvery(20),
    withinMs: 5_000,
    shortenWhen: over,
    signal: stage.signal,
  })
  if (found) return found
  const ended = programs.find(({ instance }) => instance.exit)
  const last = device.received.at(-1)
  const heard = last ? `the last it heard is ${describeEvent(last)}` : 'it has heard nothing'
  throw new ExpectationFailed(
    `${device.name} to hear "done" {"name":"primes","result":…} of its job ${what.input}`,
    ended ? `${ended.name}: ${ended.describe()}` : heard,
    ended?.name,
  )
}

/** Every "done" of this job that a device has heard. */
export function doneEvents(device: SocketClient, what: Job): ReceivedEvent[] {
  return device.receivedEvents('done', (value) => {
    const { name, result } = fieldsOf(value)
    return name === 'primes' && holds(JSON.stringify(result) ?? '', what)
  })
}

/** Has a `watch` of `waitFor` look again all the time. */
export function pollEvery(ms: number): (changed: () => void) => () => void {
  return (changed) => {
    const timer = setInterval(changed, ms)
    return () => clearInterval(timer)
  }
}

function instead(
  [first]: CommandEvent[],
  device: SocketClient,
  answer: Ack,
): string | undefined {
  if (first) return `it published ${first.args[1]} on "${first.args[0]}"`
  const [done] = device.receivedEvents('done')
  if (done) return `nothing on Redis, and ${device.name} heard ${describeEvent(done)}`
  return answer.args && `nothing, and it answered ${JSON.stringify(answer.args).slice(1, -1)}`
}

function idIn(channel = ''): string | undefined {
  return /^JOB:(.+):primes$/s.exec(channel)?.[1]
}

/** Whether a text holds the result of this job. */
export function holds(text: string, { count }: Job): boolean {
  return new RegExp(`(?<!\\d)${count}(?!\\d)`).test(text)
}

function hasNoReceivers({ args, reply }: CommandEvent): boolean {
  return reply === 0 && /^(JOB|DONE):/.test(args[0] ?? '')
}

function isSubscription({ name }: CommandEvent): boolean {
  return /^[PS]?SUBSCRIBE$/.test(name)
}

function isPatternFor(kind: string) {
  return ({ name, args, reply }: CommandEvent): boolean => {
    const fits = args.some((arg) => arg.startsWith(kind) || arg.startsWith('*'))
    return fits && Array.isArray(reply) && (name === 'PSUBSCRIBE' || kind !== 'JOB')
  }
}

function inWords({ name, args }: CommandEvent): string {
  return `it sent ${name} ${args.join(' ')}`
}
