import {
  type CommandEvent,
  type AppUnderTest,
  type Endpoint,
  type HttpSession,
  type SocketClient,
  type TestBed,
  ExpectationFailed,
  commandRef,
  failUnless,
  fieldsOf,
} from '../../../workshop/check/suite.ts'
import {
  type Ack,
  type Circumstance,
  type Job,
  aboutJob,
  doneEvents,
  requestJob,
} from './jobs.ts'

/** The fields in which a client can claim to be this user. */
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

/** The same endpoint, with these claims in the address. */
export function withFalseIdentity({ name, url }: Endpoint, user: string): Endpoint {
  return { name, url: `${url}/?${new URLSearchParams(identityClaims(user))}` }
}

/** A client that is not logged in, if such clients are let in at all. */
export async function anonymousClient(
  testBed: TestBed,
  endpoint: Endpoint,
  auth: Record<string, string>,
): Promise<SocketClient | undefined> {
  const device = testBed.socketClient(endpoint, { name: 'a client without a login', auth })
  try {
    return await device.connect()
  } catch (error) {
    if (error instanceof ExpectationFailed) return undefined
    throw error
  }
}

/** A job that was published for one user. */
interface PublishedJob {
  id: string
  command: CommandEvent
}

/** The jobs of ada and grace are published on channels of their own. */
export function expectSeparateChannels(ada: PublishedJob, grace: PublishedJob): void {
  const wrong = (user: string, { command }: PublishedJob, expectation: string) =>
    ({
      kind: 'command-wrong',
      expectation,
      app: 'web.1',
      command: commandRef(command),
      should: `PUBLISH JOB:${user}:primes`,
      when: `, for a job of ${user}`,
    }) as const
  failUnless(ada.id !== 'grace', wrong('ada', ada, 'user-of-another'))
  failUnless(grace.id !== 'ada', wrong('grace', grace, 'user-of-another'))
  failUnless(ada.id !== grace.id, wrong('grace', grace, 'own-channel'))
}

/** The job of a device of ada that claims to be grace is published like that of her first one. */
export function expectSameUser(
  first: PublishedJob,
  posing: PublishedJob,
  grace: PublishedJob,
): void {
  failUnless(posing.id === first.id, {
    kind: 'command-wrong',
    expectation: posing.id === grace.id ? 'claimed-user' : 'same-user',
    app: 'web.1',
    command: commandRef(posing.command),
    should:
      posing.id === grace.id
        ? `PUBLISH ${first.command.args[0]}, for a device of ada that claims to be grace`
        : 'PUBLISH on one channel for all devices of ada',
  })
}

/** Names may be encoded in any way, or not at all, but all stars of a name alike. */
export function expectEncodedAlike(star?: CommandEvent, twoStars?: CommandEvent): void {
  if (!star || !twoStars || star.args[0]?.includes('*')) return
  failUnless(!twoStars.args[0]?.includes('*'), {
    kind: 'command-wrong',
    expectation: 'one-star',
    app: 'web.1',
    command: commandRef(twoStars),
    should: 'PUBLISH JOB:a%2Ab%2A:primes',
    when: ', for the user a*b*',
  })
}

/** A device has received the result of a job once. */
export function expectDoneOnce(
  device: SocketClient,
  what: Job,
  circumstance: Circumstance = {},
): void {
  const seen = doneEvents(device, what).length
  failUnless(seen === 1, {
    ...doneRepeated(device, 1, seen),
    ...aboutJob(what, circumstance),
  })
}

/** A device has received one `done` per job, whatever is in it: none for progress, for example. */
export function expectDoneCount(device: SocketClient, jobs: number): void {
  const seen = device.receivedEvents('done').length
  failUnless(seen === jobs, {
    ...doneRepeated(device, jobs, seen),
    expectation: 'done-per-job',
    when: ', once per job',
  })
}

function doneRepeated(device: SocketClient, expected: number, seen: number) {
  const kind = 'event-repeated' as const
  const values = device.receivedEvents('done').map(({ args: [value] }) => value)
  const { name: client, endpoint } = device
  return { kind, app: endpoint.name, client, event: 'done', expected, seen, values }
}

/** A device has received nothing about a job of another user. @param progress of that job */
export function expectNotReceived(
  device: SocketClient,
  user: string,
  { count }: Job,
  { progress, ...circumstance }: Circumstance & { progress?: number } = {},
): void {
  const number = new RegExp(`(?<![\\d.])${count}(?!\\d)`)
  const leak = device.received.find(({ event, args }) => {
    const text = JSON.stringify(args)
    return (
      (event === 'done' && number.test(text)) ||
      (progress !== undefined && text.includes(String(progress)))
    )
  })
  failUnless(leak === undefined, {
    kind: 'event-unexpected',
    expectation: leak?.event === 'done' ? 'result-of-another' : 'progress-of-another',
    app: device.endpoint.name,
    client: device.name,
    event: leak?.event ?? '',
    args: leak?.args ?? [],
    when: `about the job of "${user}"`,
    ...circumstance,
  })
}

/**
 * Asserts that a job is answered with an error: an acknowledgement that differs from that of jobs
 * that were done, or an event that they did not cause. What an error looks like is not prescribed.
 *
 * @param good the acknowledgements of two jobs that were done
 */
export async function expectErrorReply(
  testBed: TestBed,
  web: AppUnderTest,
  device: SocketClient,
  what: Job,
  good: readonly [Ack, Ack],
): Promise<void> {
  const before = device.received.length
  const usual = new Set(device.received.map(({ event }) => event))
  const answer = requestJob(device, what)
  const look = () => {
    const events = device.received
      .slice(before)
      .some(({ event, args }) => !usual.has(event) || args.some(isError))
    // Another number of receivers is no error, and here some client did receive the job.
    const received = web
      .sentCommands('PUBLISH')
      .findLast(({ args: [channel] }) => channel?.startsWith('JOB:'))
    const another = answer.args && !(Number(received?.reply) > 0)
    const isErrorAlone = isErrorReply(answer) && !good.some(isErrorReply)
    const replied = isErrorAlone || (another && differs(answer.args ?? [], good))
    const isExchanged = good.some(namesError) && !namesError(answer)
    const isWrong = isExchanged || isEmptyObject(answer)
    return events || (replied && !isWrong) || undefined
  }
  const shortenWhen = () => answer.args !== undefined || web.instance.exit !== undefined
  if (await testBed.poll(look, { withinMs: 2_000, shortenWhen })) return
  const subject = { app: 'web.1', client: device.name, event: 'job' }
  const noWorker = { expectation: 'no-worker', when: ', while no worker is running' }
  const always = { expectation: 'always-an-error', when: ', while a worker is running' }
  const { args } = answer
  const wrong = { kind: 'ack-wrong', ...subject } as const
  throw new ExpectationFailed(
    isErrorReply(answer) || good.some(namesError)
      ? { ...wrong, ...always, args: good[0].args ?? [], should: 'no error' }
      : args
        ? { ...wrong, ...noWorker, args, should: 'an error' }
        : { kind: 'ack-missing', ...subject, ...noWorker },
  )
}

/** The page of another user comes while a job is done. */
export async function expectResponsive(web: AppUnderTest, session: HttpSession): Promise<void> {
  const asked = web.clock.now()
  await session.request(web, 'GET', '/me')
  const withinMs = 3_000
  failUnless(web.clock.since(asked, { exact: true }).countedMs < withinMs, {
    kind: 'http-missing',
    ...duringJob,
    app: web.name,
    request: { method: 'GET', path: '/me' },
    reason: 'timeout',
    withinMs,
  })
}

/** Cuts the connection on which results reach a web instance. It is subscribed again afterwards. */
export async function cutResults(web: AppUnderTest): Promise<void> {
  const result = web.receivedMessages('DONE:').at(-1)
  if (!result) throw new Error(`${web.name} has received no result`)
  web.proxy.disconnect(result.connection)
  await web.waitForResubscription(result.args.at(-2) ?? '')
}

/** A process that is busy cannot notice that its connection was cut. */
export async function expectReconnects(testBed: TestBed, worker: AppUnderTest): Promise<void> {
  const [connection = 0] = worker.proxy.openConnections()
  const mark = testBed.recording.nextSeq()
  if (connection) worker.proxy.disconnect(connection)
  await worker.waitUntil(
    { kind: 'connection-lost', ...duringJob, app: worker.name, connection },
    () => worker.wire.find(({ kind, seq }) => kind === 'open' && seq >= mark),
  )
}

/** Ends within two seconds of SIGTERM. */
export async function expectExitsInTime(app: AppUnderTest): Promise<void> {
  app.sendSignal('SIGTERM')
  const withinMs = 2_000
  const when = 'after SIGTERM, while a job runs'
  const fact = { kind: 'exit-missing', ...duringJob, app: app.name, withinMs, when } as const
  await app.waitForExit(fact, withinMs)
}

const duringJob = { expectation: 'during-job', when: 'while a job runs' }

function isErrorReply({ args = [] }: Ack): boolean {
  return args.some(isError)
}

// In a way that leaves no doubt: no acknowledgement of a job that was done has one of these.
function namesError({ args = [] }: Ack): boolean {
  return args.some((value) => {
    const { error, err, ok, success } = fieldsOf(value)
    return Boolean(error ?? err) || ok === false || success === false
  })
}

// As which an Error arrives.
function isEmptyObject({ args = [] }: Ack): boolean {
  return JSON.stringify(args) === '[{}]'
}

function differs(answer: readonly unknown[], [one, two]: readonly [Ack, Ack]): boolean {
  return !resembles(answer, one.args, two.args)
}

// What differs between two good answers, such as an id, is no sign, and neither is a count of 0.
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
