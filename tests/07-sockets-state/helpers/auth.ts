import { ExpectationFailed, failUnless } from '../../../workshop/check/suite.ts'
import type { ChatSession } from './chat-session.ts'

// Which devices are let in.

/** What a device can have instead of a token. */
interface BadToken {
  /** For facts: what is wrong with it. */
  expectation: 'no-token' | 'unknown-token' | 'inherited-token' | 'odd-token'
  auth: Record<string, unknown>
}

const tokens: readonly [BadToken['expectation'], ...unknown[]][] = [
  ['unknown-token', 'token-of-unknown', 'token-of-adam', '', 'ada'],
  ['odd-token', null, 42],
  // What every object has, so has a table of tokens that is one.
  ['inherited-token', 'constructor', '__proto__', 'toString'],
  ['odd-token', { toString: 1 }],
]

/** All that are tried. */
export const badTokens: readonly BadToken[] = [
  { expectation: 'no-token', auth: {} },
  ...tokens.flatMap(([expectation, ...values]) =>
    values.map((token) => ({ expectation, auth: { token } })),
  ),
]

/** A device is refused, and receives the reason. */
export async function expectRejectsToken(
  { testBed, app }: ChatSession,
  { auth, expectation }: BadToken,
): Promise<void> {
  const token = JSON.stringify(auth['token'])
  const name = token === undefined ? 'a device without a token' : `a device with token ${token}`
  const device = testBed.socketClient(app, { name, auth })
  const subject = { expectation, app: app.name, client: name }
  try {
    const reason = await device.expectRejected()
    failUnless(reason.trim() !== '', { kind: 'refusal-unexplained', ...subject })
  } catch (error) {
    if (!(error instanceof ExpectationFailed)) throw error
    const { fact } = error
    if (fact.kind !== 'socket-accepted') throw new ExpectationFailed({ ...fact, expectation })
    const disconnected = await app.poll(500, () => !device.connected || undefined)
    throw new ExpectationFailed({
      kind: 'socket-accepted',
      ...subject,
      disconnected: disconnected === true,
    })
  }
}

/**
 * A device that was refused stays out: no socket is opened for it all the same. The official
 * client would close the connection then; this one does not, and asks once more.
 */
export async function expectStaysRejected({ testBed, app }: ChatSession): Promise<void> {
  const { Manager } = await import('socket.io-client')
  const options = { transports: ['websocket'], reconnection: false, autoConnect: false }
  const manager = new Manager(app.url, options)
  const packets: string[] = []
  let over = false
  const ask = () => manager.engine.write(`0${JSON.stringify({ token: 'token-of-unknown' })}`)
  const refusals = () => packets.filter((packet) => packet.startsWith('4')).length
  const refused = (times: number) =>
    testBed.poll(() => over || refusals() >= times || undefined)
  manager.on('open', () => {
    manager.engine.on('data', (packet) => packets.push(String(packet)))
    ask()
  })
  manager.on('close', () => (over = true))
  try {
    manager.open((error) => (over = error !== undefined))
    await refused(1)
    if (!over) ask()
    // The second refusal came the same way as all that followed the first one.
    await refused(2)
  } finally {
    manager.engine.close()
  }
  failUnless(!packets.some((packet) => packet.startsWith('0')), {
    kind: 'socket-accepted',
    expectation: 'unknown-token',
    app: app.name,
    client: 'a device with an unknown token',
    refused: true,
  })
}
