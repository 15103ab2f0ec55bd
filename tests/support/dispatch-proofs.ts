import { once } from 'node:events'
import { type Message, deviceOf } from './chat.ts'
import type { Device } from './device.ts'
import {
  allHear,
  channel,
  channelOf,
  envelopeFor,
  isChannel,
  listenings,
  oneCopyEach,
  travels,
} from './dispatch.ts'
import { NotYet, expectThat } from './failure.ts'
import { sentence } from './heard.ts'
import { fields } from './jobs.ts'
import type { Program } from './program.ts'
import type { Stage } from './stage.ts'

// How long somebody who knocks is kept waiting, when nothing but the confirmation is missing.
const goodMomentMs = 250

/**
 * Starts an instance to which Redis is slow to confirm that it listens, and knocks meanwhile.
 *
 * @returns the instance, and the device of ada which it has let in
 */
export async function listensFirst(stage: Stage, name: string): Promise<[Program, Device]> {
  const released = new AbortController()
  const program = await stage.start(name)
  program.tap.hold(
    ({ name: command, args }) => /^[PS]?SUBSCRIBE$/.test(command) && args.some(isChannel),
    once(released.signal, 'abort'),
  )
  let inside: { confirmed: boolean } | undefined
  const entering = program
    .answers()
    .then(() => deviceOf(stage, program, 'ada', "ada's phone"))
    .then((device) => {
      inside = { confirmed: confirmed(program).length > 0 }
      return device
    })
  // Whoever waits for the confirmation keeps the device waiting, too.
  entering.catch(() => {})
  try {
    await program.until(
      `${name} to subscribe to "${channel}"`,
      () => inside ?? listenings(program)[0],
    )
    await program.within(goodMomentMs, () => inside)
  } finally {
    released.abort()
  }
  const device = await entering
  const [begun] = listenings(program)
  expectThat(
    inside?.confirmed === true,
    `${name} to let nobody in before Redis has confirmed that it listens to "${channel}"`,
    `ada's phone is connected, and ${begun ? `${begun.name} is not answered yet` : 'nothing is subscribed'}`,
    name,
  )
  return [program, device]
}

/** Proves that what anybody publishes on the channel reaches the devices of a user. */
export async function hearsOthers(
  stage: Stage,
  program: Program,
  device: Device,
  message: Message,
): Promise<void> {
  const { to } = message
  const receivers = await stage.publish(channelOf(program), envelopeFor(to, message))
  expectThat(
    receivers > 0,
    `${program.name} to listen on "${channelOf(program)}"`,
    'PUBLISH answered 0: nobody listens',
    program.name,
  )
  await allHear(stage, [device], message)
}

const toAda = { from: 'ada', to: 'ada' }

/** Proves that neither devices nor messages make it open more and more connections. */
export async function keepsItsConnections(
  stage: Stage,
  program: Program,
  first: Device,
): Promise<void> {
  const devices = [first]
  const counts = [program.instance.dialled.length]
  for (const name of ['tablet', 'laptop']) {
    devices.push(await deviceOf(stage, program, 'ada', `ada's ${name}`))
    await travels(stage, first, { ...toAda, text: `hello ${name}` }, devices)
    counts.push(program.instance.dialled.length)
  }
  await travels(stage, first, { ...toAda, text: 'the last one' }, devices)
  oneCopyEach(devices, { ...toAda, text: 'hello laptop' })
  const [before = 0, between = 0, after = 0] = counts
  expectThat(
    before >= between || between >= after,
    `${program.name} to do with the connections it has, whoever comes and whatever is said`,
    `it opens more and more of them: ${counts.join(', ')}`,
    program.name,
  )
}

/** Redis is gone for programs that have noticed it, and comes back. */
export async function losesRedis(programs: readonly Program[]): Promise<void> {
  const dials = programs.map(({ instance }) => instance.dialled.length)
  await Promise.all(programs.map(({ tap }) => tap.down()))
  await Promise.all(programs.map((program, i) => outlives(program, dials[i] ?? 0)))
  await Promise.all(programs.map(({ tap }) => tap.up()))
}

async function outlives(program: Program, dials: number): Promise<void> {
  const more = () => program.instance.dialled.length - dials
  const wanted = `${program.name} to live on without Redis, and to try to reach it again`
  await program.until(wanted, () => more() > 0 || undefined)
  // Both connections, and one of them once more: by then it has heard of the first refusal.
  const exit = () => program.instance.exit
  await program.within(1_500, () => exit() ?? (more() > 2 || undefined))
  expectThat(!exit(), wanted, program.describe(), program.name)
}

/** Redis is back: sooner or later a message is heard again, and then each of them once. */
export async function travelsAgain(
  stage: Stage,
  sender: Device,
  devices: readonly Device[],
): Promise<void> {
  const over = (n: number) => n === 32 || stage.programs.some(({ instance }) => instance.exit)
  for (let n = 1, heard = false; !heard; n++) {
    try {
      await travels(stage, sender, afterRedis(n), devices, 250)
      heard = true
    } catch (error) {
      // What is said before both connections are back is lost, and that is fine.
      if (!(error instanceof NotYet) || over(n)) throw error
    }
  }
  await travels(stage, sender, afterRedis('once more'), devices)
  await travels(stage, sender, afterRedis('a last time'), devices)
  oneCopyEach(devices, afterRedis('once more'))
}

/** A device has heard nothing at all in which these words are. */
export function hearsNothing(device: Device, words: string): void {
  const leak = device.heard.find(({ args }) => JSON.stringify(args).includes(words))
  expectThat(
    !leak,
    `${device.name} to hear nothing of "${words}", which is for others`,
    leak ? `it heard ${sentence(leak)}` : '',
  )
}

/** Two devices of a user have heard of the same events. @param words that tell which */
export function hearAlike(near: Device, far: Device, words: string): void {
  const one = eventsOf(near, words)
  const other = eventsOf(far, words)
  expectThat(
    one.join() === other.join(),
    `${far.name} and ${near.name} to hear the same of "${words}"`,
    `${near.name} heard ${one.join(' and ') || 'nothing'}, ${far.name} ${other.join(' and ') || 'nothing'}`,
  )
}

/** Ends well within two seconds of SIGTERM, although a device is connected. */
export async function endsWell(program: Program): Promise<void> {
  expectThat(
    program.tap.openConnections().length > 0,
    `${program.name} to be connected to Redis`,
    'it has no connection',
    program.name,
  )
  program.signal('SIGTERM')
  const wanted = `${program.name} to end within 2 seconds of SIGTERM`
  const { code, signal } = await program.ends(wanted, 2_000)
  expectThat(
    code === 0 || signal === 'SIGTERM',
    `${wanted}, with exit code 0`,
    `it ended with exit code ${code}`,
    program.name,
  )
}

/** Turns away whoever has no token of a user, and goes on. */
export async function turnsAway(stage: Stage, program: Program): Promise<void> {
  const auth = { token: 'token-of-nobody', user: 'ada' }
  await stage.device(program, { name: 'a stranger', auth }).refused()
  await deviceOf(stage, program, 'ada', "ada's tablet").catch(async (error: unknown) => {
    // One that crashes hangs up first, and says why a moment later.
    const exit = await program.within(500, () => program.instance.exit)
    if (!exit || !(error instanceof NotYet)) throw error
    throw new NotYet(error.expected, program.describe(), program.name)
  })
}

function confirmed(program: Program) {
  return listenings(program).filter(({ reply }) => Array.isArray(reply))
}

function afterRedis(n: number | string): Message {
  return { from: 'ada', to: 'grace', text: `after Redis, ${n}` }
}

function eventsOf({ heard }: Device, words: string): string[] {
  return heard
    .filter(({ args }) => JSON.stringify(args).includes(words))
    .map(({ event, args: [first] }) => String(fields(first)['event'] ?? event))
}
