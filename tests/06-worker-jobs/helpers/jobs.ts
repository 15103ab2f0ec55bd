import {
  type CommandEvent,
  type AppUnderTest,
  type Endpoint,
  type EventRef,
  type HttpSession,
  type ReceivedEvent,
  type SocketClient,
  type SocketOptions,
  type TestBed,
  ExpectationFailed,
  commandRef,
  failUnless,
  fieldsOf,
  isCommand,
} from '../../../workshop/check/suite.ts'

// Jobs, as a check asks for them. Each job has another result, so that it is clear whose a
// result is: how many primes there are up to 100, 200, …

const counts = [25, 46, 62, 78, 95, 109, 125, 139, 154, 168]

/** A job that a device asks for. */
export interface Job {
  input: number
  count: number
}

/** What a fact states of the circumstances: `expectation` for diagnoses, `when` for people. */
export interface Circumstance {
  expectation?: string
  when?: string
}

/** The n-th job, from 1 to 10. */
export function job(n: number): Job {
  return { input: n * 100, count: counts[n - 1] ?? NaN }
}

/** Starts a web instance and waits until it answers requests. */
export async function startWebApp(testBed: TestBed, name: string): Promise<AppUnderTest> {
  const web = await testBed.start(name, { entry: 'web.ts' })
  await web.waitForHttp()
  return web
}

/** Starts a worker and waits until Redis has confirmed its subscription to all jobs. */
export async function startWorker(testBed: TestBed): Promise<AppUnderTest> {
  const worker = await testBed.start('worker.1', { entry: 'worker.ts' })
  const subscriptions = () => worker.wire.filter(isCommand).filter(isSubscription)
  const others = () => subscriptions().filter(({ args }) => !args.includes('instances'))
  await worker.waitUntil(
    () => ({
      kind: 'command-missing',
      app: worker.name,
      command: 'PSUBSCRIBE',
      channel: 'JOB:*',
      instead: others().map(commandRef)[0],
    }),
    () => subscriptions().find(isPatternFor('JOB')),
    { shortenWhen: () => others().length > 0 },
  )
  return worker
}

/** A web instance and a worker that are connected by their subscriptions. */
export function startBoth(
  testBed: TestBed,
): Promise<[web: AppUnderTest, worker: AppUnderTest]> {
  return Promise.all([startWebApp(testBed, 'web.1'), startWorker(testBed)])
}

// The user of each session and of each device.
const users = new WeakMap<object, string>()

/** A browser in which a user has logged in. How a login is answered is the matter of step 5. */
export async function login(
  testBed: TestBed,
  to: Endpoint,
  user: string,
): Promise<HttpSession> {
  const session = testBed.httpSession()
  const response = await session.request(to, 'POST', '/login', { json: { user } })
  failUnless(response.status < 400, {
    kind: 'http-wrong',
    app: to.name,
    request: { method: 'POST', path: '/login' },
    should: 'a status below 400',
    response,
  })
  users.set(session, user)
  return session
}

/** A connected device of a user; the session is the user's. */
export async function connectDevice(
  testBed: TestBed,
  web: AppUnderTest,
  session: HttpSession,
  name: string,
  { address = web, ...options }: SocketOptions & { address?: Endpoint } = {},
): Promise<SocketClient> {
  const device = await testBed.socketClient(address, { session, name, ...options }).connect()
  users.set(device, users.get(session) ?? '')
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
  testBed: TestBed,
  web: AppUnderTest,
  user: string,
): Promise<SocketClient> {
  return connectDevice(testBed, web, await login(testBed, web, user), `${user}'s device`)
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

/** Asks for a job and waits until it is published. @returns what is in the place of the user's id */
export async function waitForJob(
  web: AppUnderTest,
  device: SocketClient,
  what: Job,
  { more = {}, ...circumstance }: Circumstance & { more?: object } = {},
) {
  const before = web.sentCommands('PUBLISH').length
  const answer = requestJob(device, what, more)
  const since = () => web.sentCommands('PUBLISH').slice(before)
  const done = () => device.receivedEvents('done')[0]
  const published = () => since().find(({ args }) => idIn(args[0]) !== undefined)
  const missing = () =>
    ({
      kind: 'command-missing',
      app: web.name,
      client: device.name,
      command: 'PUBLISH',
      channel: jobChannel(device),
      instead: since().map(commandRef)[0],
      reply: replyOf(done(), answer),
      ...circumstance,
    }) as const
  const isOver = () => since().length > 0 || answer.args !== undefined || done() !== undefined
  try {
    const command = await web.waitUntil(missing, published, { shortenWhen: isOver })
    return { id: idIn(command.args[0]) ?? '', answer, command }
  } catch (error) {
    const fact = missing()
    if (!(error instanceof ExpectationFailed) || isOver()) throw error
    // For diagnoses: is the same job published now?
    requestJob(device, what, more)
    const retried = (await web.poll(500, published)) !== undefined
    throw retried ? new ExpectationFailed({ ...fact, retried }) : error
  }
}

function replyOf(done: EventRef | undefined, { args }: Ack) {
  return done ?? (args && { args })
}

/** The channel of a device's job, as the goal has it. */
export function jobChannel(device: SocketClient, kind = 'JOB'): string {
  return `${kind}:${users.get(device) ?? '<userId>'}:primes`
}

/**
 * Waits until devices of a user have received the result of a job.
 *
 * @param devices all that should receive it
 */
export async function waitForDone(
  testBed: TestBed,
  devices: SocketClient | readonly SocketClient[],
  what: Job,
  circumstance: Circumstance = {},
): Promise<void> {
  const { apps } = testBed
  const wanted = [devices].flat()
  const missing = () => wanted.filter((device) => doneEvents(device, what).length === 0)
  const over = () =>
    apps.some(({ instance }) => instance.exit) ||
    // It does not come from here any more.
    apps.some((app) => app.name.startsWith('worker') && publishedJobs(app).length > 0) ||
    // No client received the job, or its result is already on the way.
    apps.some((app) => app.sentCommands('PUBLISH').some(hasNoReceivers)) ||
    apps.some((app) =>
      app.receivedMessages('DONE:').some(({ args }) => args.some((arg) => holds(arg, what))),
    )
  const arrived = await testBed.poll(() => missing().length === 0 || undefined, {
    shortenWhen: over,
  })
  const [device] = missing()
  if (arrived || !device) return
  const reached = wanted.filter((one) => !missing().includes(one)).map(({ name }) => name)
  const ended = apps.find(({ instance }) => instance.exit)
  throw new ExpectationFailed({
    ...device.missingEvent('done'),
    ...(ended && { app: ended.name }),
    channels: [jobChannel(device), jobChannel(device, 'DONE')],
    ...(reached.length > 0 && { reached }),
    ...aboutJob(what, circumstance),
  })
}

/** For facts about the result of a job: which job it is, and the circumstance. */
export function aboutJob({ input, count }: Job, { when, ...more }: Circumstance): Circumstance {
  const which = `for a job up to ${input} (${count} primes)`
  return { ...more, when: when ? `${which}, ${when}` : which }
}

/** Every "done" of this job that a device has received. */
export function doneEvents(device: SocketClient, what: Job): ReceivedEvent[] {
  return device.receivedEvents('done', (value) => {
    const { name, result } = fieldsOf(value)
    return name === 'primes' && holds(JSON.stringify(result) ?? '', what)
  })
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
