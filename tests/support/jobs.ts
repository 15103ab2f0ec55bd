import type { CommandEvent } from '../../workshop/wire/index.ts'
import type { Place } from './ask.ts'
import type { Browser } from './browser.ts'
import type { Device } from './device.ts'
import { isCommand } from './evidence.ts'
import { NotYet } from './failure.ts'
import { type Heard, sentence } from './heard.ts'
import { waitFor } from './patience.ts'
import type { DeviceOptions } from './plug.ts'
import type { Program } from './program.ts'
import type { Stage } from './stage.ts'

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
export async function webInstance(stage: Stage, name: string): Promise<Program> {
  const web = await stage.start(name, { entry: 'web.ts' })
  await web.answers()
  return web
}

/** Starts a worker and waits until Redis has confirmed that it hears everybody's jobs. */
export async function workerInstance(stage: Stage): Promise<Program> {
  const worker = await stage.start('worker.1', { entry: 'worker.ts' })
  const subscriptions = () => worker.wire.filter(isCommand).filter(isSubscription)
  const strange = () => subscriptions().filter(({ args }) => !args.includes('instances'))
  await worker.until(
    'worker.1 to subscribe to a pattern that fits "JOB:ada:primes"',
    () => subscriptions().find(isPatternFor('JOB')),
    {
      hurried: () => strange().length > 0,
      received: () => strange().map(inWords)[0],
    },
  )
  return worker
}

/** A web instance and a worker that hear each other. */
export function webAndWorker(stage: Stage): Promise<[web: Program, worker: Program]> {
  return Promise.all([webInstance(stage, 'web.1'), workerInstance(stage)])
}

/** A browser in which a user has logged in. */
export async function login(stage: Stage, to: Place, user: string): Promise<Browser> {
  const browser = stage.browser()
  const { status } = await browser.visit(to, 'POST', '/login', { json: { user } })
  if (status < 300) return browser
  throw new NotYet(`${to.name} to let "${user}" log in`, `status ${status}`, to.name)
}

/** A connected device of a user; the browser is the user's. */
export async function deviceOf(
  stage: Stage,
  web: Program,
  browser: Browser,
  name: string,
  { address = web, ...options }: DeviceOptions & { address?: Place } = {},
): Promise<Device> {
  const device = await stage.device(address, { browser, name, ...options }).connect()
  // Some subscribe only now, for this user alone.
  await web.within(1_000, () => {
    const subscriptions = web.wire.filter(isCommand).filter(isSubscription)
    const settled = subscriptions.every(({ reply }) => reply !== undefined)
    return (settled && subscriptions.some(isPatternFor('DONE'))) || undefined
  })
  return device
}

/** Logs a user in, who has one device. */
export async function member(stage: Stage, web: Program, user: string): Promise<Device> {
  return deviceOf(stage, web, await login(stage, web, user), `${user}'s device`)
}

/** Asks for a job. @param more fields beside name and input */
export function askFor(device: Device, { input }: Job, more: object = {}): Answer {
  const answer: Answer = {}
  device.emit('job', { name: 'primes', input, ...more }, (...args: unknown[]) => {
    answer.args = args
  })
  return answer
}

/** What a job was acknowledged with, as soon as that has come. */
export interface Answer {
  args?: readonly unknown[]
}

/** The jobs it has published so far. */
export function publishedJobs(web: Program): CommandEvent[] {
  return web.sent('PUBLISH').filter(({ args }) => args[0]?.startsWith('JOB:'))
}

/** Asks for a job and waits until it is published. @returns what stands for the user's id */
export async function publishes(web: Program, device: Device, what: Job, more?: object) {
  const before = web.sent('PUBLISH').length
  const answer = askFor(device, what, more)
  const since = () => web.sent('PUBLISH').slice(before)
  const expected = `${web.name} to publish the job of ${device.name} on "JOB:<userId>:primes"`
  const command = await web.until(
    expected,
    () => since().find(({ args }) => idIn(args[0]) !== undefined),
    {
      hurried: () =>
        since().length > 0 || answer.args !== undefined || device.all('done').length > 0,
      received: () => instead(since(), device, answer),
    },
  )
  return { id: idIn(command.args[0]) ?? '', channel: command.args[0] ?? '', answer, command }
}

/** Waits until a device has heard the result of a job. */
export async function hearsDone(stage: Stage, device: Device, what: Job): Promise<Heard> {
  const { programs } = stage
  const over = () =>
    programs.some(({ instance }) => instance.exit) ||
    // It does not come from here any more.
    programs.some((one) => one.name.startsWith('worker') && publishedJobs(one).length > 0) ||
    // Nobody heard the job, or its result is already on the way.
    programs.some((program) => program.sent('PUBLISH').some(isVain)) ||
    programs.some((program) =>
      program.delivered('DONE:').some(({ args }) => args.some((arg) => holds(arg, what))),
    )
  const found = await waitFor({
    look: () => dones(device, what)[0],
    watch: every(20),
    withinMs: 5_000,
    hurried: over,
    signal: stage.signal,
  })
  if (found) return found
  const ended = programs.find(({ instance }) => instance.exit)
  const last = device.heard.at(-1)
  const heard = last ? `the last it heard is ${sentence(last)}` : 'it has heard nothing'
  throw new NotYet(
    `${device.name} to hear "done" {"name":"primes","result":…} of its job ${what.input}`,
    ended ? `${ended.name}: ${ended.describe()}` : heard,
    ended?.name,
  )
}

/** Every "done" of this job that a device has heard. */
export function dones(device: Device, what: Job): Heard[] {
  return device.all('done', (value) => {
    const { name, result } = fields(value)
    return name === 'primes' && holds(JSON.stringify(result) ?? '', what)
  })
}

/** Has a `watch` of `waitFor` look again all the time. */
export function every(ms: number): (changed: () => void) => () => void {
  return (changed) => {
    const timer = setInterval(changed, ms)
    return () => clearInterval(timer)
  }
}

/** The fields of an object; none when it is none. */
export function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function instead([first]: CommandEvent[], device: Device, answer: Answer): string | undefined {
  if (first) return `it published ${first.args[1]} on "${first.args[0]}"`
  const [done] = device.all('done')
  if (done) return `nothing on Redis, and ${device.name} heard ${sentence(done)}`
  return answer.args && `nothing, and it answered ${JSON.stringify(answer.args).slice(1, -1)}`
}

function idIn(channel = ''): string | undefined {
  return /^JOB:(.+):primes$/s.exec(channel)?.[1]
}

/** Whether a text holds the result of this job. */
export function holds(text: string, { count }: Job): boolean {
  return new RegExp(`(?<!\\d)${count}(?!\\d)`).test(text)
}

function isVain({ args, reply }: CommandEvent): boolean {
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
