import { type ChatSession, crashReason } from './chat-session.ts'
import type { SocketClient } from '../../../workshop/check/socket-client.ts'
import { ExpectationFailed, expectTrue } from '../../../workshop/check/expectation.ts'
import { pollEvery } from '../../06-worker-jobs/helpers/jobs.ts'
import { waitFor } from '../../../workshop/check/wait-for.ts'
import type { AppUnderTest } from '../../../workshop/check/app-under-test.ts'

// Who is let in, and who is not.

/** What a device can show instead of a token, by the words for it. */
export const badTokens: Readonly<Record<string, Record<string, unknown>>> = {
  'without a token': {},
  'with an unknown token': { token: 'token-of-nobody' },
  'with the token "token-of-adam"': { token: 'token-of-adam' },
  'with the token ""': { token: '' },
  'with the token null': { token: null },
  'with the token 42': { token: 42 },
  'with the token "ada"': { token: 'ada' },
  // What every object has, so has a table of tokens that is one.
  'with the token "constructor"': { token: 'constructor' },
  'with the token "__proto__"': { token: '__proto__' },
  'with the token "toString"': { token: 'toString' },
  'with the token {"toString":1}': { token: { toString: 1 } },
}

/** A device is turned away, and told why. @param how one of `badTokens` */
export async function expectRejectsToken(room: ChatSession, how: string): Promise<void> {
  const { stage, program } = room
  const expected = `${program.name} to turn away a device ${how}, with a "connect_error"`
  const device = stage.socketClient(program, {
    name: `a device ${how}`,
    auth: badTokens[how] ?? {},
  })
  try {
    const words = await device.expectRejected()
    expectTrue(words.trim() !== '', expected, 'a "connect_error" that says nothing')
  } catch (error) {
    if (!(error instanceof ExpectationFailed)) throw error
    const letIn = error.received === 'it was let in'
    const instead = (await crashReason(program)) ?? (letIn && (await stays(program, device)))
    throw new ExpectationFailed(expected, instead || error.received, program.name)
  }
}

async function stays(program: AppUnderTest, device: SocketClient): Promise<string> {
  const gone = await program.poll(500, () => !device.connected || undefined)
  return gone ? 'it was let in, and thrown out again' : 'it was let in'
}

/**
 * Who is turned away stays out: no socket is opened for a device all the same. The official
 * client would hang up then; this one does not, and asks once more.
 */
export async function expectStaysRejected({ stage, program }: ChatSession): Promise<void> {
  const { Manager } = await import('socket.io-client')
  const options = { transports: ['websocket'], reconnection: false, autoConnect: false }
  const manager = new Manager(program.url, options)
  const packets: string[] = []
  let over = false
  const knock = () => manager.engine.write(`0${JSON.stringify({ token: 'token-of-nobody' })}`)
  const refusals = () => packets.filter((packet) => packet.startsWith('4')).length
  const refused = (times: number) => {
    const poll = () => over || refusals() >= times || undefined
    return waitFor({ poll, onChange: pollEvery(10), withinMs: 5_000, signal: stage.signal })
  }
  manager.on('open', () => {
    manager.engine.on('data', (packet) => packets.push(String(packet)))
    knock()
  })
  manager.on('close', () => (over = true))
  try {
    manager.open((error) => (over = error !== undefined))
    await refused(1)
    if (!over) knock()
    // The second refusal came the same way as all that followed the first one.
    await refused(2)
  } finally {
    manager.engine.close()
  }
  expectTrue(
    !packets.some((packet) => packet.startsWith('0')),
    `${program.name} to turn away a device with an unknown token, and leave it at that`,
    'a "connect_error", and then it was let in all the same',
    program.name,
  )
}
