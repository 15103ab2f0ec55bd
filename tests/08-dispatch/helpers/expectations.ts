import { once } from 'node:events'
import { type Message, connectDevice } from '../../shared/chat.ts'
import type { SocketClient } from '../../../workshop/check/socket-client.ts'
import {
  waitForAll,
  channel,
  channelOf,
  envelopeFor,
  isChannel,
  redisSubscriptions,
  expectOneCopyEach,
  expectDelivered,
} from './dispatch.ts'
import { ExpectationFailed, expectTrue } from '../../../workshop/check/expectation.ts'
import { describeEvent } from '../../../workshop/check/socket-events.ts'
import { fieldsOf } from '../../06-worker-jobs/helpers/jobs.ts'
import type { AppUnderTest } from '../../../workshop/check/app-under-test.ts'
import type { TestBed } from '../../../workshop/check/test-bed.ts'

// How long somebody who knocks is kept waiting, when nothing but the confirmation is missing.
const goodMomentMs = 250

/**
 * Starts an instance to which Redis is slow to confirm that it listens, and knocks meanwhile.
 *
 * @returns the instance, and the device of ada which it has let in
 */
export async function expectSubscribesBeforeAccepting(
  stage: TestBed,
  name: string,
): Promise<[AppUnderTest, SocketClient]> {
  const released = new AbortController()
  const program = await stage.start(name)
  program.proxy.holdCommand(
    ({ name: command, args }) => /^[PS]?SUBSCRIBE$/.test(command) && args.some(isChannel),
    once(released.signal, 'abort'),
  )
  let inside: { confirmed: boolean } | undefined
  const entering = program
    .waitForHttp()
    .then(() => connectDevice(stage, program, 'ada', "ada's phone"))
    .then((device) => {
      inside = { confirmed: confirmed(program).length > 0 }
      return device
    })
  // Whoever waits for the confirmation keeps the device waiting, too.
  entering.catch(() => {})
  try {
    await program.waitUntil(
      `${name} to subscribe to "${channel}"`,
      () => inside ?? redisSubscriptions(program)[0],
    )
    await program.poll(goodMomentMs, () => inside)
  } finally {
    released.abort()
  }
  const device = await entering
  const [begun] = redisSubscriptions(program)
  expectTrue(
    inside?.confirmed === true,
    `${name} to let nobody in before Redis has confirmed that it listens to "${channel}"`,
    `ada's phone is connected, and ${begun ? `${begun.name} is not answered yet` : 'nothing is subscribed'}`,
    name,
  )
  return [program, device]
}

/** Proves that what anybody publishes on the channel reaches the devices of a user. */
export async function expectReceivesFromOthers(
  stage: TestBed,
  program: AppUnderTest,
  device: SocketClient,
  message: Message,
): Promise<void> {
  const { to } = message
  const receivers = await stage.publish(channelOf(program), envelopeFor(to, message))
  expectTrue(
    receivers > 0,
    `${program.name} to listen on "${channelOf(program)}"`,
    'PUBLISH answered 0: nobody listens',
    program.name,
  )
  await waitForAll(stage, [device], message)
}

const toAda = { from: 'ada', to: 'ada' }

/** Proves that neither devices nor messages make it open more and more connections. */
export async function expectNoNewConnections(
  stage: TestBed,
  program: AppUnderTest,
  first: SocketClient,
): Promise<void> {
  const devices = [first]
  const counts = [program.instance.connectAttempts.length]
  for (const name of ['tablet', 'laptop']) {
    devices.push(await connectDevice(stage, program, 'ada', `ada's ${name}`))
    await expectDelivered(stage, first, { ...toAda, text: `hello ${name}` }, devices)
    counts.push(program.instance.connectAttempts.length)
  }
  await expectDelivered(stage, first, { ...toAda, text: 'the last one' }, devices)
  expectOneCopyEach(devices, { ...toAda, text: 'hello laptop' })
  const [before = 0, between = 0, after = 0] = counts
  expectTrue(
    before >= between || between >= after,
    `${program.name} to do with the connections it has, whoever comes and whatever is said`,
    `it opens more and more of them: ${counts.join(', ')}`,
    program.name,
  )
}

/** Redis is gone for programs that have noticed it, and comes back. */
export async function cycleRedis(programs: readonly AppUnderTest[]): Promise<void> {
  const dials = programs.map(({ instance }) => instance.connectAttempts.length)
  await Promise.all(programs.map(({ proxy }) => proxy.disable()))
  await Promise.all(programs.map((program, i) => expectSurvives(program, dials[i] ?? 0)))
  await Promise.all(programs.map(({ proxy }) => proxy.enable()))
}

async function expectSurvives(program: AppUnderTest, dials: number): Promise<void> {
  const more = () => program.instance.connectAttempts.length - dials
  const wanted = `${program.name} to live on without Redis, and to try to reach it again`
  await program.waitUntil(wanted, () => more() > 0 || undefined)
  // Both connections, and one of them once more: by then it has heard of the first refusal.
  const exit = () => program.instance.exit
  await program.poll(1_500, () => exit() ?? (more() > 2 || undefined))
  expectTrue(!exit(), wanted, program.describe(), program.name)
}

/** Redis is back: sooner or later a message is heard again, and then each of them once. */
export async function expectRecovers(
  stage: TestBed,
  sender: SocketClient,
  devices: readonly SocketClient[],
): Promise<void> {
  const over = (n: number) => n === 32 || stage.apps.some(({ instance }) => instance.exit)
  for (let n = 1, heard = false; !heard; n++) {
    try {
      await expectDelivered(stage, sender, afterRedis(n), devices, 250)
      heard = true
    } catch (error) {
      // What is said before both connections are back is lost, and that is fine.
      if (!(error instanceof ExpectationFailed) || over(n)) throw error
    }
  }
  await expectDelivered(stage, sender, afterRedis('once more'), devices)
  await expectDelivered(stage, sender, afterRedis('a last time'), devices)
  expectOneCopyEach(devices, afterRedis('once more'))
}

/** A device has heard nothing at all in which these words are. */
export function expectReceivesNothing(device: SocketClient, words: string): void {
  const leak = device.received.find(({ args }) => JSON.stringify(args).includes(words))
  expectTrue(
    !leak,
    `${device.name} to hear nothing of "${words}", which is for others`,
    leak ? `it heard ${describeEvent(leak)}` : '',
  )
}

/** Two devices of a user have heard of the same events. @param words that tell which */
export function expectSameEvents(near: SocketClient, far: SocketClient, words: string): void {
  const one = eventsOf(near, words)
  const other = eventsOf(far, words)
  expectTrue(
    one.join() === other.join(),
    `${far.name} and ${near.name} to hear the same of "${words}"`,
    `${near.name} heard ${one.join(' and ') || 'nothing'}, ${far.name} ${other.join(' and ') || 'nothing'}`,
  )
}

/** Ends well within two seconds of SIGTERM, although a device is connected. */
export async function expectCleanExit(program: AppUnderTest): Promise<void> {
  expectTrue(
    program.proxy.openConnections().length > 0,
    `${program.name} to be connected to Redis`,
    'it has no connection',
    program.name,
  )
  program.sendSignal('SIGTERM')
  const wanted = `${program.name} to end within 2 seconds of SIGTERM`
  const { code, signal } = await program.waitForExit(wanted, 2_000)
  expectTrue(
    code === 0 || signal === 'SIGTERM',
    `${wanted}, with exit code 0`,
    `it ended with exit code ${code}`,
    program.name,
  )
}

/** Turns away whoever has no token of a user, and goes on. */
export async function expectRejectsToken(stage: TestBed, program: AppUnderTest): Promise<void> {
  const auth = { token: 'token-of-nobody', user: 'ada' }
  await stage.socketClient(program, { name: 'a stranger', auth }).expectRejected()
  await connectDevice(stage, program, 'ada', "ada's tablet").catch(async (error: unknown) => {
    // One that crashes hangs up first, and says why a moment later.
    const exit = await program.poll(500, () => program.instance.exit)
    if (!exit || !(error instanceof ExpectationFailed)) throw error
    throw new ExpectationFailed(error.expected, program.describe(), program.name)
  })
}

function confirmed(program: AppUnderTest) {
  return redisSubscriptions(program).filter(({ reply }) => Array.isArray(reply))
}

function afterRedis(n: number | string): Message {
  return { from: 'ada', to: 'grace', text: `after Redis, ${n}` }
}

function eventsOf({ received }: SocketClient, words: string): string[] {
  return received
    .filter(({ args }) => JSON.stringify(args).includes(words))
    .map(({ event, args: [first] }) => String(fieldsOf(first)['event'] ?? event))
}
