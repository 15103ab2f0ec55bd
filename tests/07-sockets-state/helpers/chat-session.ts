import type { Endpoint } from '../../../workshop/check/http.ts'
import { startChat, connectDevice } from '../../shared/chat.ts'
import type { SocketClient } from '../../../workshop/check/socket-client.ts'
import { ExpectationFailed } from '../../../workshop/check/expectation.ts'
import type { SocketOptions } from '../../../workshop/check/create-socket.ts'
import type { AppUnderTest } from '../../../workshop/check/app-under-test.ts'
import type { TestBed } from '../../../workshop/check/test-bed.ts'

/** How somebody comes into the room. */
export interface JoinOptions extends SocketOptions {
  /** Whom the device connects to; usual: the instance. */
  place?: Endpoint
}

interface Member {
  user: string
  device: SocketClient
}

/** One instance of the chat, and all devices that are connected to it. */
export class ChatSession {
  /** Whether somebody has left. */
  thinnedOut = false
  private members: Member[] = []

  private constructor(
    readonly stage: TestBed,
    readonly program: AppUnderTest,
  ) {}

  /** Starts the instance. */
  static async open(stage: TestBed): Promise<ChatSession> {
    return new ChatSession(stage, await startChat(stage, 'web.1'))
  }

  /** Connects a device of a user. @param what `phone` */
  async join(user: string, what: string, coming: JoinOptions = {}): Promise<SocketClient> {
    const { place = this.program, ...options } = coming
    const name = `${user}'s ${what}`
    try {
      const device = await connectDevice(this.stage, place, user, name, options)
      this.addDevice(user, device)
      return device
    } catch (error) {
      if (!(error instanceof ExpectationFailed)) throw error
      const instead = await explainRejection(this, user)
      throw new ExpectationFailed(error.expected, instead ?? error.received, error.who)
    }
  }

  /** Connects a device by long-polling, if the server offers that. */
  async joinByPolling(user: string, what: string): Promise<void> {
    const path = '/socket.io/?EIO=4&transport=polling'
    const { status } = await this.stage.httpSession().request(this.program, 'GET', path)
    if (status === 200) await this.join(user, what, { transports: ['polling'] })
  }

  /** From now on a device counts as one of those that are connected. */
  addDevice(user: string, device: SocketClient): void {
    this.members.push({ user, device })
  }

  /** Closes a device. */
  removeDevice(device: SocketClient): void {
    this.thinnedOut = true
    this.members = this.members.filter((one) => one.device !== device)
    device.close()
  }

  /** The devices of these users, in the order in which they came. */
  devicesOf(...users: string[]): SocketClient[] {
    return this.members.flatMap(({ user, device }) => (users.includes(user) ? [device] : []))
  }

  /** All devices. */
  get all(): SocketClient[] {
    return this.members.map(({ device }) => device)
  }
}

/** How a program ended, if it did: that is known a moment after its connections have closed. */
export async function crashReason(program: AppUnderTest): Promise<string | undefined> {
  const exit = await program.poll(300, () => program.instance.exit)
  return exit && program.describe().replace(/^it /, `${program.name} `)
}

// What became of a device that was not let in, where more can be said than that.
async function explainRejection(
  { stage, program }: ChatSession,
  user: string,
): Promise<string | undefined> {
  const ended = await crashReason(program)
  if (ended) return ended
  const { name, url } = program
  stage.freezeEvidence()
  if (await canConnect(stage, program)) return 'it was refused, and let in without a token'
  const query = new URLSearchParams({ token: `token-of-${user}` })
  return (await canConnect(stage, { name, url: `${url}/?${query}` }))
    ? 'it was refused, and let in with the token in the address'
    : undefined
}

async function canConnect(stage: TestBed, place: Endpoint): Promise<boolean> {
  try {
    await stage.socketClient(place).connect()
    return true
  } catch (error) {
    if (error instanceof ExpectationFailed) return false
    throw error
  }
}
