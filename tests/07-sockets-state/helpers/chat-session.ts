import {
  type AppUnderTest,
  type Endpoint,
  type Retry,
  type SocketClient,
  type SocketOptions,
  type TestBed,
  ExpectationFailed,
} from '../../../workshop/check/suite.ts'
import { connectDevice, startChat } from '../../shared/chat.ts'

/** How a device connects. */
export interface JoinOptions extends SocketOptions {
  /** Where the device connects to; usual: the instance. */
  endpoint?: Endpoint
}

interface Member {
  user: string
  device: SocketClient
}

/** One instance of the chat, and all devices that are connected to it. */
export class ChatSession {
  #members: Member[] = []

  private constructor(
    readonly testBed: TestBed,
    readonly app: AppUnderTest,
  ) {}

  /** Starts the instance. */
  static async open(testBed: TestBed): Promise<ChatSession> {
    return new ChatSession(testBed, await startChat(testBed, 'web.1'))
  }

  /** Connects a device of a user. @param what `phone` */
  async join(user: string, what: string, coming: JoinOptions = {}): Promise<SocketClient> {
    const { endpoint = this.app, ...options } = coming
    const name = `${user}'s ${what}`
    try {
      const device = await connectDevice(this.testBed, endpoint, user, name, options)
      this.addDevice(user, device)
      return device
    } catch (error) {
      if (!(error instanceof ExpectationFailed)) throw error
      const { fact } = error
      if (fact.kind !== 'socket-refused') throw error
      throw new ExpectationFailed({ ...fact, retry: await retryToJoin(this, user) })
    }
  }

  /** Connects a device by long-polling, if the server offers that. */
  async joinByPolling(user: string, what: string): Promise<void> {
    const path = '/socket.io/?EIO=4&transport=polling'
    const { status } = await this.testBed.httpSession().request(this.app, 'GET', path)
    if (status === 200) await this.join(user, what, { transports: ['polling'] })
  }

  /** From now on a device counts as one of those that are connected. */
  addDevice(user: string, device: SocketClient): void {
    this.#members.push({ user, device })
  }

  /** Closes a device. */
  removeDevice(device: SocketClient): void {
    this.#members = this.#members.filter((one) => one.device !== device)
    device.close()
  }

  /** The devices of these users, in the order in which they connected. */
  devicesOf(...users: string[]): SocketClient[] {
    return this.#members.flatMap(({ user, device }) => (users.includes(user) ? [device] : []))
  }

  /** All devices. */
  get all(): SocketClient[] {
    return this.#members.map(({ device }) => device)
  }
}

// Another way in which a device that was refused is let in.
async function retryToJoin(
  { testBed, app }: ChatSession,
  user: string,
): Promise<Retry | undefined> {
  if (await app.poll(300, () => app.instance.exit)) return undefined
  testBed.freezeEvidence()
  if (await canConnect(testBed, app)) return { form: 'without-token', received: true }
  const query = new URLSearchParams({ token: `token-of-${user}` })
  const received = await canConnect(testBed, { name: app.name, url: `${app.url}/?${query}` })
  return { form: 'token-in-address', received }
}

async function canConnect(testBed: TestBed, endpoint: Endpoint): Promise<boolean> {
  try {
    await testBed.socketClient(endpoint).connect()
    return true
  } catch (error) {
    if (error instanceof ExpectationFailed) return false
    throw error
  }
}
