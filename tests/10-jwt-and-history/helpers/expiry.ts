import {
  type AppUnderTest,
  ExpectationFailed,
  type SocketClient,
  type TestBed,
  failUnless,
} from '../../../workshop/check/suite.ts'
import { type Jwt, forge, nowSeconds } from './jwt.ts'
import { deviceWith } from '../../shared/chat-devices.ts'
import { expectState } from './login.ts'
import { sendMessage } from '../../shared/chat-messages.ts'

const yearSeconds = 365 * 24 * 3600
const dayMs = 24 * 3600 * 1000
// A timer that ends at once has ended by then.
const longTimerMs = 500
// "exp" counts whole seconds.
const roundingMs = 1000
// On a busy machine a token can expire before its device is connected: then with a longer life.
const livesSeconds = [2, 4, 8, 16]

/**
 * A device is disconnected when its token of a year expires. Timers of its instance that take days
 * are over at once, and its clock is moved on by as much. An instance without such timers, which
 * looks at its clock again and again, keeps its device, and passes.
 */
export async function expectLastsAYear(testBed: TestBed, token: Jwt): Promise<void> {
  const app = await testBed.start('web.2', { endLongTimers: true })
  await app.waitForHttp()
  // No number of whole days or hours: what is left in the end is a long timer, too.
  const exp = nowSeconds() + yearSeconds + 1000 * 60
  const year = forge(token, testBed.secret, { payload: { exp } })
  const device = await deviceWith(testBed, app, year, { device: 'laptop' }).connect()
  const connectedAt = Date.now()
  const isMoved = () => !device.connected || app.instance.clock !== undefined || undefined
  if (!(await testBed.poll(isMoved, { withinMs: longTimerMs }))) return
  await device.waitForDisconnect({
    expectation: 'expiry-long-end',
    when: `when its token for a year expires ${moved(app)}`,
  })
  // Then all that it has reported is read.
  app.sendSignal('SIGKILL')
  await app.waitForExit()
  const clock = app.instance.clock ?? Date.now()
  failUnless(clock > exp * 1000 - roundingMs, {
    kind: 'socket-state',
    expectation: 'expiry-long-timer',
    app: app.name,
    client: device.name,
    expected: 'connected',
    when: `${((clock - connectedAt) / dayMs).toFixed(1)} days after it connected with a token for a year ${moved(app)}`,
  })
}

/** Of two devices the one whose token expires in a moment is disconnected, and the other is not. */
export async function expectDropsExpired(
  testBed: TestBed,
  app: AppUnderTest,
  token: Jwt,
): Promise<void> {
  const expiring = (exp: number) => forge(token, testBed.secret, { payload: { exp } })
  const year = expiring(nowSeconds() + yearSeconds)
  const phone = await deviceWith(testBed, app, year, { device: 'phone' }).connect()
  const isConnected = (device: SocketClient, expectation: string, when: string) =>
    failUnless(device.connected, {
      kind: 'socket-state',
      expectation,
      app: app.name,
      client: device.name,
      expected: 'connected',
      when,
    })
  const long = 'while its token is good for a year'
  const { tablet, expiresAt } = await connectBriefly(testBed, app, expiring)
  // A timer that is too long fires at once: what it does has happened by now.
  isConnected(phone, 'expiry-long', long)
  await testBed.poll(() => !tablet.connected || undefined, {
    withinMs: Math.max(0, expiresAt - Date.now()),
  })
  if (Date.now() < expiresAt) isConnected(tablet, 'expiry-early', 'until its token has expired')
  await tablet.waitForDisconnect({ when: 'when its token has expired' })
  isConnected(phone, 'expiry-long', long)
  // Whether that is stored is not what this goal is about.
  await sendMessage(phone, { to: 'ada', text: 'after the other token has expired' })
  const when = 'when the token of one of two devices has expired'
  await expectState(testBed, app, { ada: 1 }, ['state-expired', when])
}

function moved({ name }: AppUnderTest): string {
  return `(the check does not wait: it moves the clock of ${name} forward)`
}

async function connectBriefly(
  testBed: TestBed,
  app: AppUnderTest,
  expiring: (exp: number) => string,
): Promise<{ tablet: SocketClient; expiresAt: number }> {
  for (const seconds of livesSeconds) {
    const exp = nowSeconds() + seconds
    const tablet = deviceWith(testBed, app, expiring(exp), { device: 'tablet' })
    try {
      return { tablet: await tablet.connect(), expiresAt: exp * 1000 }
    } catch (error) {
      const late = Date.now() >= exp * 1000 && seconds !== livesSeconds.at(-1)
      if (!late || !(error instanceof ExpectationFailed)) throw error
    }
  }
  throw new Error('unreachable')
}
