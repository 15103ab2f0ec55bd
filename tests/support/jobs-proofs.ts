import type { Place } from './ask.ts'
import type { Browser } from './browser.ts'
import type { Device } from './device.ts'
import { NotYet, expectThat } from './failure.ts'
import { sentence } from './heard.ts'
import { type Answer, type Job, dones, every, fields, hearsDone } from './jobs.ts'
import { waitFor } from './patience.ts'
import type { Program } from './program.ts'
import type { Stage } from './stage.ts'

/** What a client can say about who it is, in the fields that servers believe. */
export function claims(user: string): Record<string, string> {
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
export function liar({ name, url }: Place, user: string): Place {
  return { name, url: `${url}/?${new URLSearchParams(claims(user))}` }
}

/** Somebody who is not logged in, if such people get in at all. */
export async function intruder(
  stage: Stage,
  place: Place,
  auth: Record<string, string>,
): Promise<Device | undefined> {
  const device = stage.device(place, { name: 'a stranger', auth })
  try {
    return await device.connect()
  } catch (error) {
    if (error instanceof NotYet) return undefined
    throw error
  }
}

/** Two users' jobs go on channels of their own. */
export function apart(one: string, id: string, other: string, otherId: string): void {
  expectThat(
    id !== otherId && id !== other && otherId !== one,
    `the jobs of ${one} on "JOB:${one}:primes", those of ${other} on "JOB:${other}:primes"`,
    id === otherId ? `both on "JOB:${id}:primes"` : `"JOB:${id}:primes" for ${one}`,
    'web.1',
  )
}

/** All devices of a user hear the result of a job. */
export async function allHear(
  stage: Stage,
  devices: readonly Device[],
  what: Job,
): Promise<void> {
  for (const device of devices) {
    try {
      await hearsDone(stage, device, what)
    } catch (error) {
      const other = devices.find((one) => dones(one, what).length > 0)
      if (!(error instanceof NotYet) || !other) throw error
      throw new NotYet(error.expected, `only ${other.name} has heard it`)
    }
  }
}

/** A device has heard the result of a job once. */
export function once(device: Device, what: Job): void {
  const times = dones(device, what).length
  expectThat(
    times === 1,
    `${device.name} to hear "done" of one job once`,
    `it heard it ${times} times`,
  )
}

/** A device has heard nothing of somebody else's job. @param progress as its news tell it */
export function never(device: Device, user: string, { count }: Job, progress?: number): void {
  const number = new RegExp(`(?<![\\d.])${count}(?!\\d)`)
  const leak = device.heard.find(({ event, args }) => {
    const text = JSON.stringify(args)
    return (
      (event === 'done' && number.test(text)) ||
      (progress !== undefined && text.includes(String(progress)))
    )
  })
  expectThat(
    !leak,
    `${device.name} to hear nothing of the job of "${user}"`,
    leak ? `it heard ${sentence(leak)}` : '',
  )
}

/** An error comes back to the device: in the acknowledgement, or as an event. */
export async function hearsError(
  stage: Stage,
  web: Program,
  device: Device,
  answer: Answer,
): Promise<void> {
  const found = await waitFor({
    look: () => {
      const events = device.heard.some(
        ({ event, args }) =>
          /err|fail|refus|reject|nobody|problem|no.?worker/i.test(event) || args.some(isError),
      )
      return events || answer.args?.some(isError) || undefined
    },
    watch: every(20),
    withinMs: 2_000,
    hurried: () => answer.args !== undefined || web.instance.exit !== undefined,
    signal: stage.signal,
  })
  if (found) return
  const last = device.heard.at(-1)
  const came = answer.args
    ? `it was acknowledged with ${JSON.stringify(answer.args).slice(1, -1) || 'nothing'}`
    : last && `it heard ${sentence(last)}`
  throw new NotYet(
    `${device.name} to be answered with an error at once, as no worker is there`,
    web.instance.exit ? web.describe() : (came ?? 'it heard nothing'),
    'web.1',
  )
}

/** Another user's page comes while a job is done. */
export async function answersInTime(web: Program, browser: Browser): Promise<void> {
  const asked = performance.now()
  await browser.visit(web, 'GET', '/me')
  const ms = performance.now() - asked
  expectThat(
    ms < 3_000,
    `${web.name} to answer GET /me during a job`,
    `only after ${(ms / 1000).toFixed(1)} seconds`,
    web.name,
  )
}

/** A process that is busy cannot notice that its connection was cut. */
export async function reconnects(stage: Stage, worker: Program): Promise<void> {
  const [connection] = worker.tap.openConnections()
  const mark = stage.recording.mark()
  if (connection !== undefined) worker.tap.cut(connection)
  await worker.until(
    `${worker.name} to stay responsive during a job: to open a connection that was cut again`,
    () => worker.wire.find(({ kind, seq }) => kind === 'open' && seq >= mark),
    { received: () => (worker.instance.exit ? undefined : 'it did not notice') },
  )
}

/** Ends within two seconds of SIGTERM. */
export async function endsInTime(program: Program): Promise<void> {
  program.signal('SIGTERM')
  await program.ends(`${program.name} to end within 2 seconds of SIGTERM, during a job`, 2_000)
}

function isError(value: unknown): boolean {
  if (value instanceof Error) return true
  if (typeof value === 'string')
    return !/^(ok|published|queued|accepted|sent|done)\b/i.test(value)
  const { error, err, errors, message, reason, ok, success, status } = fields(value)
  if (ok === false || success === false) return true
  return [error, err, errors, message, reason].some(Boolean) || /err|fail/i.test(String(status))
}
